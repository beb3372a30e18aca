def gru_step(x, h, kernel, recurrent_kernel, bias):
    x, h, kernel, U, bias = (np.asarray(a, np.float64) for a in (x, h, kernel, recurrent_kernel, bias))
    n, rows = h.shape[1], []
    for x_row, h_row in zip(x, h):
        def total(block, state):
            columns = range(block * n, (block + 1) * n)
            return np.array([x_row @ kernel[:, k] + state @ U[:, k] + bias[k] for k in columns])
        z, r = (1 / (1 + np.exp(-total(block, h_row))) for block in (0, 1))
        rows.append(z * h_row + (1 - z) * np.tanh(total(2, r * h_row)))
    return rows
