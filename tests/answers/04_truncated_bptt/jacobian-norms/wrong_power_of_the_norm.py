def jacobian_norms(Wh, states):
    norm = np.linalg.norm(Wh, 2)
    return [norm ** (len(states) - 1 - t) for t in range(len(states))]
