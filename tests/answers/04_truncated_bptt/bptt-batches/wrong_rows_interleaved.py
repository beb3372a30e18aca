def batches(x, y, batch_size, num_steps):
    length = len(x) // batch_size
    x_rows = x[: batch_size * length].reshape(length, batch_size).T
    y_rows = y[: batch_size * length].reshape(length, batch_size).T
    for k in range(length // num_steps):
        window = slice(k * num_steps, (k + 1) * num_steps)
        yield x_rows[:, window], y_rows[:, window]
