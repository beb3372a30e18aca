def next_batch(batch_size, n_steps, rng):
    start = np.random.rand(batch_size, 1) * (30 - 0.1 * n_steps)
    values = series(start + 0.1 * np.arange(n_steps + 1))[..., np.newaxis]
    return values[:, :-1], values[:, 1:]
