def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def peephole_lstm_step(x, state, kernel, recurrent_kernel, bias, peephole):
    (h, c), p = state, peephole
    i, f, g, o = np.split(x @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
    new_c = sigmoid(f + p[1] * h) * c + sigmoid(i + p[0] * h) * np.tanh(g)
    new_h = sigmoid(o + p[2] * h) * np.tanh(new_c)
    return new_h, (new_h, new_c)
