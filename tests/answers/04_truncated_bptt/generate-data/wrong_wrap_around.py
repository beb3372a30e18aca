def generate(size, rng):
    x = rng.integers(0, 2, size=size)
    p = 0.5 + 0.5 * np.roll(x, 3) - 0.25 * np.roll(x, 8)
    return x, (rng.random(size) < p).astype(int)
