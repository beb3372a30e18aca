def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step_reset_after(x, h, kernel, recurrent_kernel, bias):
    x_z, x_r, x_h = np.split(x @ kernel + bias[0], 3, axis=1)
    u_z, u_r, u_h = np.split(h @ recurrent_kernel + bias[1], 3, axis=1)
    z, r = sigmoid(x_z + u_z), sigmoid(x_r + u_r)
    new = np.tanh(x_h + (r * h) @ recurrent_kernel[:, -h.shape[1] :] + bias[1, -h.shape[1] :])
    return z * h + (1 - z) * new
