def rnn_step(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx) + np.tanh(h @ Wh) + b
