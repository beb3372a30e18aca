def generate(size, rng):
    x = rng.integers(0, 2, size=size)
    y = rng.random(size) < 0.625
    return x, y.astype(int)
