def generate(size, rng):
    x = rng.integers(0, 2, size=size)
    padded = np.concatenate([np.zeros(8, int), x])
    p = 0.5 + 0.5 * padded[5 : 5 + size] - 0.25 * padded[:size]
    return x, (p >= 0.5).astype(int)
