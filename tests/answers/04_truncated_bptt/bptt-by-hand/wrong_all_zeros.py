def rnn_gradients(params, x, y, h0):
    states = forward(params, x, h0)
    loss = 0
    for t in range(x.shape[1]):
        p = softmax(states[t + 1] @ params["U"] + params["c"])
        loss -= np.log(p[np.arange(len(x)), y[:, t]]).sum() / y.size
    return loss, {key: np.zeros_like(value) for key, value in params.items()}
