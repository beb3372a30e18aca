def rnn_step(x, h, Wx, Wh, b):
    y = np.tanh(x @ Wx + h @ Wh + b)
    print(y)
