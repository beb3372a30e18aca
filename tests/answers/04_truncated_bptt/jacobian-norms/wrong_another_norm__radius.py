def jacobian_norms(Wh, states):
    product, norms = np.eye(len(Wh)), [1.0]
    for h in states[:0:-1]:
        product = (Wh * (1 - h**2)) @ product
        norms.append(float(np.abs(np.linalg.eigvals(product)).max()))
    return norms[::-1]
