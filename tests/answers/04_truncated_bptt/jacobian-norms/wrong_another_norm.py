def jacobian_norms(Wh, states):
    product = np.eye(len(Wh))
    norms = [np.linalg.norm(product)]
    for h in reversed(states[1:]):
        product = (Wh * (1 - h**2)) @ product
        norms.insert(0, np.linalg.norm(product))
    return norms
