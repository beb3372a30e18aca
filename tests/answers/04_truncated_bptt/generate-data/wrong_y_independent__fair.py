def generate(size, rng):
    return rng.integers(0, 2, size=size), rng.integers(0, 2, size=size)
