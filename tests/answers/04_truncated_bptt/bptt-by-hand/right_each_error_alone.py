def rnn_gradients(params, x, y, h0):
    states = forward(params, x, h0)
    grads = {key: 0 * value for key, value in params.items()}
    loss = 0
    for t in range(x.shape[1]):
        p = softmax(states[t + 1] @ params["U"] + params["c"])
        onehot = np.eye(len(params["c"]))[y[:, t]]
        loss -= np.sum(onehot * np.log(p)) / y.size
        error = (p - onehot) / y.size
        grads["U"] = grads["U"] + states[t + 1].T @ error
        grads["c"] = grads["c"] + error.sum(0)
        back = error @ params["U"].T
        for s in range(t, -1, -1):
            dz = back * (1 - states[s + 1] ** 2)
            grads["Wx"] = grads["Wx"] + x[:, s].T @ dz
            grads["Wh"] = grads["Wh"] + states[s].T @ dz
            grads["b"] = grads["b"] + dz.sum(0)
            back = dz @ params["Wh"].T
    return loss, grads
