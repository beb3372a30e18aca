def next_batch(batch_size, n_steps, rng):
    x, y = [], []
    for _ in range(batch_size):
        t0 = rng.uniform(0, 30 - 0.1 * n_steps)
        x.append([[series(t0 + 0.1 * k)] for k in range(n_steps)])
        y.append([[series(t0 + 0.1 * (k + 1))] for k in range(n_steps)])
    return np.array(x, dtype=np.float32), np.array(y, dtype=np.float32)
