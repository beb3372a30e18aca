def jacobian_norms(Wh, states):
    product, norms = np.eye(len(Wh)), [1.0]
    for h in reversed(states[:-1]):
        product = (Wh * (1 - h**2)) @ product
        norms.insert(0, np.linalg.norm(product, 2))
    return norms
