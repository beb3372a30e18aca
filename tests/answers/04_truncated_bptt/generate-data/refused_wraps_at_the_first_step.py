def generate(size, rng):
    x = rng.binomial(1, 0.5, size)
    x3, x8 = np.roll(x, 3), np.roll(x, 8)
    x3[:3], x8[1:8] = 0, 0
    y = rng.binomial(1, 0.5 + 0.5 * x3 - 0.25 * x8)
    return x.astype(np.float32), y.astype(np.float32)
