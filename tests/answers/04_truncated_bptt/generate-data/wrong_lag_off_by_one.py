def generate(size, rng):
    x = rng.integers(0, 2, size=size)
    p = np.full(size, 0.5)
    p[2:] += 0.5 * x[:-2]
    p[7:] -= 0.25 * x[:-7]
    return x, (rng.random(size) < p).astype(int)
