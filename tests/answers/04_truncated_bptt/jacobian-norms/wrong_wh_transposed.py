def jacobian_norms(Wh, states):
    product, norms = np.eye(len(Wh)), [1.0]
    for h in reversed(states[1:]):
        product = product @ np.diag(1 - h**2) @ Wh
        norms.insert(0, np.linalg.norm(product, 2))
    return norms
