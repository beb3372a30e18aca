def batches(x, y, batch_size, num_steps):
    size = batch_size * num_steps
    for start in range(0, len(x) - size + 1, size):
        yield (
            x[start : start + size].reshape(batch_size, num_steps),
            y[start : start + size].reshape(batch_size, num_steps),
        )
