def next_batch(batch_size, n_steps, rng):
    values = series(0.1 * np.arange(301))
    first = rng.integers(0, 301 - n_steps, batch_size)
    rows = np.array([values[i : i + n_steps + 1] for i in first])[..., None]
    return rows[:, :-1], rows[:, 1:]
