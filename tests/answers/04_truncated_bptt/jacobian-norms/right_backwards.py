def jacobian_norms(Wh, states):
    product = np.eye(len(Wh))
    norms = [1.0]
    for h in reversed(states[1:]):
        product = Wh @ np.diag(1 - h**2) @ product
        norms.insert(0, np.linalg.norm(product, 2))
    return norms
