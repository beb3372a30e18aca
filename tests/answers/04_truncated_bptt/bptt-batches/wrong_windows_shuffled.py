def batches(x, y, batch_size, num_steps):
    length = len(x) // batch_size
    x_rows = x[: batch_size * length].reshape(batch_size, length)
    y_rows = y[: batch_size * length].reshape(batch_size, length)
    for k in np.random.default_rng(1).permutation(length // num_steps):
        window = slice(k * num_steps, (k + 1) * num_steps)
        yield x_rows[:, window], y_rows[:, window]
