def lstm_step(x, state, kernel, recurrent_kernel, bias):
    h, c = (np.asarray(part, np.float64) for part in state)
    units = c.shape[1]
    new_h, new_c = np.zeros_like(h), np.zeros_like(c)
    for row in range(len(x)):
        for unit in range(units):
            sums = []
            for gate in range(4):
                column = gate * units + unit
                sums.append(
                    x[row] @ kernel[:, column] + h[row] @ recurrent_kernel[:, column] + bias[column]
                )
            i, f, o = (1 / (1 + np.exp(-sums[k])) for k in (0, 1, 3))
            new_c[row, unit] = f * c[row, unit] + i * np.tanh(sums[2])
            new_h[row, unit] = o * np.tanh(new_c[row, unit])
    return new_h, (new_h, new_c)
