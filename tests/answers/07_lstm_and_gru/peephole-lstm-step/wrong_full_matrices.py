def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def peephole_lstm_step(x, state, kernel, recurrent_kernel, bias, peephole):
    (h, c), p = state, peephole
    i, f, g, o = np.split(x @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
    new_c = sigmoid(f + (c * p[1]).sum(axis=1, keepdims=True)) * c + sigmoid(i + (c * p[0]).sum(axis=1, keepdims=True)) * np.tanh(g)
    new_h = sigmoid(o + (new_c * p[2]).sum(axis=1, keepdims=True)) * np.tanh(new_c)
    return new_h, (new_h, new_c)
