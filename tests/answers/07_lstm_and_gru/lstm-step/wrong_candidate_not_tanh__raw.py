def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step(x, state, kernel, recurrent_kernel, bias):
    h, c = state
    sums = x @ kernel + h @ recurrent_kernel + bias
    i, f, g, o = np.split(sums, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * g
    h = sigmoid(o) * np.tanh(c)
    return h, (h, c)
