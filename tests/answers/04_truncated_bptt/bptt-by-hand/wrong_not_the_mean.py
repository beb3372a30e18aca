def rnn_gradients(params, x, y, h0):
    states = forward(params, x, h0)
    grads = {key: np.zeros_like(value) for key, value in params.items()}
    loss, back = 0, 0 * h0
    for t in reversed(range(x.shape[1])):
        p = softmax(states[t + 1] @ params["U"] + params["c"])
        onehot = np.eye(len(params["c"]))[y[:, t]]
        loss -= np.sum(onehot * np.log(p))
        error = p - onehot
        dz = (error @ params["U"].T + back) * (1 - states[t + 1] ** 2)
        grads["U"] += states[t + 1].T @ error
        grads["c"] += error.sum(0)
        grads["Wx"] += x[:, t].T @ dz
        grads["Wh"] += states[t].T @ dz
        grads["b"] += dz.sum(0)
        back = dz @ params["Wh"].T
    return loss / y.size, grads
