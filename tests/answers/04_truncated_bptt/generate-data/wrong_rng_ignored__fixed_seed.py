def generate(size, rng):
    own = np.random.default_rng(size)
    x = own.integers(0, 2, size=size)
    p = np.full(size, 0.5)
    p[3:] += 0.5 * x[:-3]
    p[8:] -= 0.25 * x[:-8]
    y = (rng.random(size) < p).astype(int)
    return x, y
