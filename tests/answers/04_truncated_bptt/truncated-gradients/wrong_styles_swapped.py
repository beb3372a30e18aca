def truncated_gradients(params, x, y, h0, num_steps, style):
    batch, time = y.shape
    n = batch * time
    states = forward(params, x, h0)
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for t in range(time):
        h = states[t + 1]
        p = softmax(h @ params["U"] + params["c"])
        delta = (p - np.eye(p.shape[1])[y[:, t]]) / n
        grads["U"] += h.T @ delta
        grads["c"] += delta.sum(axis=0)
        first = t - t % num_steps if style == "true" else max(0, t - num_steps + 1)
        dh = delta @ params["U"].T
        for s in range(t, first - 1, -1):
            dz = dh * (1 - states[s + 1] ** 2)
            grads["Wx"] += x[:, s].T @ dz
            grads["Wh"] += states[s].T @ dz
            grads["b"] += dz.sum(axis=0)
            dh = dz @ params["Wh"].T
    return grads
