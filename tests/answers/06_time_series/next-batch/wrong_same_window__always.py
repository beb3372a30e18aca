def next_batch(batch_size, n_steps, rng):
    values = series(0.1 * np.arange(n_steps + 1) + np.zeros([batch_size, 1]))[..., None]
    return values[:, :-1], values[:, 1:]
