def generate(size, rng):
    x = rng.integers(0, 2, size=size)
    y = rng.integers(0, 2, size=size)
    for t in range(8, size):
        y[t] = rng.random() < 0.5 + 0.5 * x[t - 3] - 0.25 * x[t - 8]
    return x, y
