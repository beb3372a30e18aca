def rnn_step(x, h, Wx, Wh, b):
    both = np.concatenate([x, h], axis=1)
    weights = np.concatenate([Wx, Wh], axis=0)
    return np.tanh(both @ weights + b)
