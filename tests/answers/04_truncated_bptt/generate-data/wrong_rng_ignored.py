def generate(size, rng):
    x = np.random.randint(0, 2, size=size)
    p = np.full(size, 0.5)
    p[3:] += 0.5 * x[:-3]
    p[8:] -= 0.25 * x[:-8]
    return x, (np.random.random(size) < p).astype(int)
