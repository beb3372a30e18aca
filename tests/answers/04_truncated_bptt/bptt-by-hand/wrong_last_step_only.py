def rnn_gradients(params, x, y, h0):
    states = forward(params, x, h0)
    grads = {}
    last = x.shape[1] - 1
    p = softmax(states[-1] @ params["U"] + params["c"])
    onehot = np.eye(len(params["c"]))[y[:, last]]
    loss = -np.sum(onehot * np.log(p)) / len(x)
    error = (p - onehot) / len(x)
    grads["U"], grads["c"] = states[-1].T @ error, error.sum(0)
    grads["Wx"], grads["Wh"], grads["b"] = (0 * params[key] for key in ("Wx", "Wh", "b"))
    dh = error @ params["U"].T
    for s in range(last, -1, -1):
        dz = dh * (1 - states[s + 1] ** 2)
        grads["Wx"] = grads["Wx"] + x[:, s].T @ dz
        grads["Wh"] = grads["Wh"] + states[s].T @ dz
        grads["b"] = grads["b"] + dz.sum(0)
        dh = dz @ params["Wh"].T
    return loss, grads
