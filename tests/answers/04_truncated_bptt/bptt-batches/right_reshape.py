def batches(x, y, batch_size, num_steps):
    length = len(x) // batch_size
    x_rows = np.reshape(x[: batch_size * length], [batch_size, length])
    y_rows = np.reshape(y[: batch_size * length], [batch_size, length])
    for k in range(length // num_steps):
        window = slice(k * num_steps, (k + 1) * num_steps)
        yield x_rows[:, window], y_rows[:, window]
