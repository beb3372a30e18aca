def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step(x, h, kernel, recurrent_kernel, bias):
    sums = x @ kernel + h @ recurrent_kernel + bias
    a_z, a_r, a_h = np.split(sums, 3, axis=1)
    z, r = sigmoid(a_z), sigmoid(a_r)
    return z * h + (1 - z) * np.tanh(r * a_h)
