def batches(x, y, batch_size, num_steps):
    length = len(x) // batch_size
    x_rows = x[: batch_size * length].reshape(batch_size, length)
    y_rows = y[: batch_size * length].reshape(batch_size, length)
    for start in range(0, length, num_steps):
        yield x_rows[:, start : start + num_steps], y_rows[:, start : start + num_steps]
