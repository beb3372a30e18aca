def truncated_gradients(params, x, y, h0, num_steps, style):
    states = forward(params, x, h0)
    grads = rnn_gradients(params, x, y, h0)[1] | {k: 0 * params[k] for k in ("Wx", "Wh", "b")}
    for t in range(x.shape[1]):
        p = softmax(states[t + 1] @ params["U"] + params["c"])
        error = (p - np.eye(p.shape[1])[y[:, t]]) / y.size
        n = num_steps + 1
        first = t - t % n if style == "windowed" else max(0, t - num_steps + 1)
        dh = error @ params["U"].T
        for s in range(t, first - 1, -1):
            dz = dh * (1 - states[s + 1] ** 2)
            grads["Wx"] += x[:, s].T @ dz
            grads["Wh"] += states[s].T @ dz
            grads["b"] += dz.sum(axis=0)
            dh = dz @ params["Wh"].T
    return grads
