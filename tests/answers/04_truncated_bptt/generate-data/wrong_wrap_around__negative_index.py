def generate(size, rng):
    x = rng.integers(0, 2, size=size)
    y = np.zeros(size, int)
    for t in range(size):
        p = 0.5 + 0.5 * x[(t - 3) % size] - 0.25 * x[(t - 8) % size]
        y[t] = rng.random() < p
    return x, y
