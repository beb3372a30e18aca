def rnn_gradients(params, x, y, h0):
    batch, time = y.shape
    n = batch * time
    states = forward(params, x, h0)
    loss = 0.0
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    dz_next = np.zeros_like(h0)
    for t in range(time - 1, -1, -1):
        h = states[t + 1]
        p = softmax(h @ params["U"] + params["c"])
        loss -= np.log(p[np.arange(batch), y[:, t]]).sum() / n
        delta = (p - np.eye(p.shape[1])[y[:, t]]) / n
        dh = delta @ params["U"].T + dz_next @ params["Wh"]
        dz = dh * (1 - h**2)
        grads["U"] += h.T @ delta
        grads["c"] += delta.sum(axis=0)
        grads["Wx"] += x[:, t].T @ dz
        grads["Wh"] += states[t].T @ dz
        grads["b"] += dz.sum(axis=0)
        dz_next = dz
    return loss, grads
