def rnn_step(x, h, Wx, Wh, b):
    return np.tanh(Wx.T @ x.T + Wh.T @ h.T + b)
