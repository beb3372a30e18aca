def next_batch(batch_size, n_steps, rng):
    t0 = rng.uniform(0, 30 - 0.1 * n_steps)
    values = series(t0 + 0.1 * np.arange(n_steps + 1))
    values = np.tile(values[None, :, None], [batch_size, 1, 1])
    return values[:, :-1], values[:, 1:]
