def truncated_gradients(params, x, y, h0, num_steps, style):
    states = forward(params, x, h0)
    grads = {key: np.zeros_like(value) for key, value in params.items()}
    for t in range(x.shape[1]):
        p = softmax(states[t + 1] @ params["U"] + params["c"])
        error = (p - np.eye(len(params["c"]))[y[:, t]]) / y.size
        grads["U"] += states[t + 1].T @ error
        grads["c"] += error.sum(axis=0)
        back = error @ params["U"].T
        first = t // num_steps * num_steps if style == "windowed" else max(0, t - num_steps)
        for s in range(t, first - 1, -1):
            dz = back * (1 - states[s + 1] ** 2)
            grads["Wx"] += x[:, s].T @ dz
            grads["Wh"] += states[s].T @ dz
            grads["b"] += dz.sum(axis=0)
            back = dz @ params["Wh"].T
    return grads
