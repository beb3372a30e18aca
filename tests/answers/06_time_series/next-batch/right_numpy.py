def next_batch(batch_size, n_steps, rng):
    start = rng.random((batch_size, 1)) * (30 - n_steps * 0.1)
    times = start + np.arange(0, n_steps + 1) * 0.1
    values = series(times).reshape(-1, n_steps + 1, 1)
    return values[:, :-1], values[:, 1:]
