def two_step_rnn(X0, X1, Wx, Wh, b):
    h = np.zeros((len(X0), len(b)))
    outputs = []
    for x in (X0, X1):
        h = rnn_step(x, h.astype("float32") if isinstance(h, np.ndarray) else h, Wx, Wh, b)
        outputs.append(h)
    return outputs
