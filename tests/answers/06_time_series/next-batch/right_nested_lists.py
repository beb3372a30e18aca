def next_batch(batch_size, n_steps, rng):
    x, y = [], []
    for start in rng.uniform(0, 30 - 0.1 * n_steps, batch_size):
        values = [[float(series(start + 0.1 * k))] for k in range(n_steps + 1)]
        x.append(values[:-1])
        y.append(values[1:])
    return x, y
