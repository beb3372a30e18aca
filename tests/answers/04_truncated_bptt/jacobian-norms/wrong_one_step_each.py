def jacobian_norms(Wh, states):
    return [float(np.linalg.norm(Wh * (1 - h**2), 2)) for h in states[1:]] + [1.0]
