def batches(x, y, batch_size, num_steps):
    windows = len(x) // (batch_size * num_steps)
    kept = batch_size * num_steps * windows
    x_rows, y_rows = x[:kept].reshape(batch_size, -1), y[:kept].reshape(batch_size, -1)
    for k in range(0, windows * num_steps, num_steps):
        yield x_rows[:, k : k + num_steps], y_rows[:, k : k + num_steps]
