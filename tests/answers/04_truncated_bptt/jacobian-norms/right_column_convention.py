def jacobian_norms(Wh, states):
    norms = []
    for t in range(len(states)):
        jacobian = np.eye(Wh.shape[0])
        for s in range(t + 1, len(states)):
            jacobian = np.diag(1 - states[s] ** 2) @ Wh.T @ jacobian
        norms.append(float(np.linalg.svd(jacobian, compute_uv=False)[0]))
    return norms
