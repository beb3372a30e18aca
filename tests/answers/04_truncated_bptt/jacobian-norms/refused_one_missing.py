def jacobian_norms(Wh, states):
    product, norms = np.eye(len(Wh)), []
    for h in states[:0:-1]:
        product = (Wh * (1 - h**2)) @ product
        norms.append(float(np.linalg.norm(product, 2)))
    return norms[::-1]
