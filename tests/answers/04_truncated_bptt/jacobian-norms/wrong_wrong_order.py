def jacobian_norms(Wh, states):
    norms = []
    for t in range(len(states)):
        jacobian = np.eye(len(Wh))
        for s in range(t + 1, len(states)):
            jacobian = jacobian @ np.diag(1 - states[s] ** 2) @ Wh.T
        norms.append(np.linalg.norm(jacobian, 2))
    return norms
