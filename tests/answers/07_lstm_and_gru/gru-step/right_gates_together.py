def gru_step(x, h, kernel, recurrent_kernel, bias):
    n = h.shape[1]
    both = x @ kernel[:, : 2 * n] + h @ recurrent_kernel[:, : 2 * n] + bias[: 2 * n]
    gates = 1 / (1 + np.exp(-both))
    z, r = gates[:, :n], gates[:, n:]
    last = slice(2 * n, None)
    candidate = np.tanh(x @ kernel[:, last] + (r * h) @ recurrent_kernel[:, last] + bias[last])
    return (1 - z) * candidate + z * h
