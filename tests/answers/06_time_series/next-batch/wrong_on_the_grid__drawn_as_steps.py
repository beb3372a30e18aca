def next_batch(batch_size, n_steps, rng):
    first = rng.integers(0, 300 - n_steps + 1, size=batch_size)
    times = 0.1 * (first[:, None] + np.arange(n_steps + 1))
    values = series(times)[..., None]
    return values[:, :-1], values[:, 1:]
