def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step_reset_after(x, h, kernel, recurrent_kernel, bias):
    x_z, x_r, x_h = np.split(x @ kernel + bias[0], 3, axis=1)
    u_z, u_r, u_h = np.split(h @ recurrent_kernel, 3, axis=1)
    d_z, d_r, d_h = np.split(bias[1], 3)
    z, r = sigmoid(x_z + u_z + d_z), sigmoid(x_r + u_r + d_r)
    new = np.tanh(x_h + u_h + r * d_h)
    return z * h + (1 - z) * new
