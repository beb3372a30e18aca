def generate(size, rng):
    x = rng.integers(0, 2, size)
    p = np.full(size, 0.5)
    p[3:] += 0.5 * x[: max(size - 3, 0)]
    p[9:] -= 0.25 * x[1 : max(size - 8, 0)]
    return x, (rng.random(size) < p).astype(int)
