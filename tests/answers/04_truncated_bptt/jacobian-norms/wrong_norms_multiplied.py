def jacobian_norms(Wh, states):
    norms = [1.0]
    for h in reversed(states[1:]):
        norms.insert(0, norms[0] * np.linalg.norm(Wh * (1 - h**2), 2))
    return norms
