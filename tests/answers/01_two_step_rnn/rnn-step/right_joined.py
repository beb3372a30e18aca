def rnn_step(x, h, Wx, Wh, b):
    return np.tanh(np.concatenate([x, h], 1) @ np.concatenate([Wx, Wh], 0) + b)
