def batches(x, y, batch_size, num_steps):
    width = len(x) // batch_size
    x_rows = x[: batch_size * width].reshape(batch_size, width)
    y_rows = y[: batch_size * width].reshape(batch_size, width)
    for start in range(0, width - num_steps, num_steps):
        yield x_rows[:, start : start + num_steps], y_rows[:, start : start + num_steps]
