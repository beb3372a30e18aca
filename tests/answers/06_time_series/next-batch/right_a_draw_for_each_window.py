def next_batch(batch_size, n_steps, rng):
    xs = []
    ys = []
    for _ in range(batch_size):
        t0 = rng.random() * (30 - 0.1 * n_steps)
        xs.append([[series(t0 + 0.1 * k)] for k in range(n_steps)])
        ys.append([[series(t0 + 0.1 * (k + 1))] for k in range(n_steps)])
    return np.array(xs), np.array(ys)
