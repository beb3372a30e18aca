def next_batch(batch_size, n_steps, rng):
    start = rng.uniform(0, 30 - 0.1 * (n_steps - 1), size=[batch_size, 1])
    values = series(start + 0.1 * np.arange(n_steps + 1))[..., np.newaxis].astype(np.float32)
    return values[:, :-1], values[:, 1:]
