def jacobian_norms(Wh, states):
    steps = len(states)
    return [np.linalg.norm(np.linalg.matrix_power(Wh, steps - 1 - t), 2) for t in range(steps)]
