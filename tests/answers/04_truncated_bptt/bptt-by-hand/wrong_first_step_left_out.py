def rnn_gradients(params, x, y, h0):
    states = forward(params, x, h0)
    loss, dz = 0.0, np.zeros_like(h0)
    grads = {key: np.zeros_like(value) for key, value in params.items()}
    for t in range(x.shape[1] - 1, 0, -1):
        p, one_hot = softmax(states[t + 1] @ params["U"] + params["c"]), np.eye(len(params["c"]))
        loss -= np.log(p[np.arange(len(x)), y[:, t]]).sum() / y.size
        error = (p - one_hot[y[:, t]]) / y.size
        dz = (error @ params["U"].T + dz @ params["Wh"].T) * (1 - states[t + 1] ** 2)
        grads["U"] += states[t + 1].T @ error
        grads["c"] += error.sum(axis=0)
        grads["Wx"] += x[:, t].T @ dz
        grads["Wh"] += states[t].T @ dz
        grads["b"] += dz.sum(axis=0)
    return loss, grads
