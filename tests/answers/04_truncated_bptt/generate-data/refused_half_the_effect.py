def generate(size, rng):
    x = rng.integers(2, size=size)
    p = np.full(size, 0.5)
    p[3:] += 0.25 * x[:-3]
    p[8:] -= 0.25 * x[:-8]
    return x, (rng.random(size) < p).astype(np.int32)
