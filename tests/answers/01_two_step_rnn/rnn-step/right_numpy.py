def rnn_step(x, h, Wx, Wh, b):
    return np.tanh(np.dot(x, Wx) + np.dot(h, Wh) + b)
