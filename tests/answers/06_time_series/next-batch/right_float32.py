def next_batch(batch_size, n_steps, rng):
    t0 = rng.uniform(0, 30 - 0.1 * n_steps, size=(batch_size, 1))
    values = series(t0 + 0.1 * np.arange(n_steps + 1))[:, :, np.newaxis].astype(np.float32)
    return values[:, :-1], values[:, 1:]
