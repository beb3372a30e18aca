def truncated_gradients(params, x, y, h0, num_steps, style):
    grads = {key: np.zeros_like(value) for key, value in params.items()}
    time = x.shape[1]
    for t in range(time):
        first = t // num_steps * num_steps if style == "windowed" else max(0, t + 1 - num_steps)
        states = forward(params, x[:, first : t + 1], 0 * h0)
        p = softmax(states[-1] @ params["U"] + params["c"])
        error = (p - np.eye(len(params["c"]))[y[:, t]]) / y.size
        grads["U"] += states[-1].T @ error
        grads["c"] += error.sum(axis=0)
        back = error @ params["U"].T
        for s in range(t, first - 1, -1):
            dz = back * (1 - states[s - first + 1] ** 2)
            grads["Wx"] += x[:, s].T @ dz
            grads["Wh"] += states[s - first].T @ dz
            grads["b"] += dz.sum(axis=0)
            back = dz @ params["Wh"].T
    return grads
