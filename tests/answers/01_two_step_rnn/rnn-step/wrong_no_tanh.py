def rnn_step(x, h, Wx, Wh, b):
    return x @ Wx + h @ Wh + b
