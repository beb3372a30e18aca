def next_batch(batch_size, n_steps, rng):
    rng = np.random.default_rng(42)
    start = rng.uniform(0, 30 - 0.1 * n_steps, [batch_size, 1])
    values = series(start + 0.1 * np.arange(n_steps + 1))[..., np.newaxis]
    return values[:, :-1], values[:, 1:]
