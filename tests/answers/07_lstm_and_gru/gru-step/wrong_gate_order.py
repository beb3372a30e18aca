def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step(x, h, kernel, recurrent_kernel, bias):
    from_x = np.split(x @ kernel, 3, axis=1)
    kernels, biases = np.split(recurrent_kernel, 3, axis=1), np.split(bias, 3)
    z = sigmoid(from_x[1] + h @ kernels[1] + biases[1])
    r = sigmoid(from_x[0] + h @ kernels[0] + biases[0])
    new = np.tanh(from_x[2] + biases[2] + (r * h) @ kernels[2])
    return z * h + (1 - z) * new
