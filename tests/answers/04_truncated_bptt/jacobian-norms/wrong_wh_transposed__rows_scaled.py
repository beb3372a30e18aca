def jacobian_norms(Wh, states):
    product, norms = np.eye(len(Wh)), [1.0]
    for h in states[:0:-1]:
        product = ((1 - h**2)[:, np.newaxis] * Wh) @ product
        norms.append(float(np.linalg.norm(product, 2)))
    return norms[::-1]
