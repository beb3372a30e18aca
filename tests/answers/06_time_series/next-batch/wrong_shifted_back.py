def next_batch(batch_size, n_steps, rng):
    start = rng.uniform(0, 30 - 0.1 * n_steps, size=[batch_size, 1])
    values = series(start + 0.1 * np.arange(n_steps + 2))[..., np.newaxis].astype(np.float32)
    return values[:, 1:-1], values[:, :n_steps]
