def next_batch(batch_size, n_steps, rng):
    t0 = rng.uniform(high=30 - 0.1 * n_steps, low=0, size=(batch_size, 1, 1))
    steps = 0.1 * np.arange(n_steps)[:, None]
    return [series(t0 + steps), series(t0 + 0.1 + steps)]
