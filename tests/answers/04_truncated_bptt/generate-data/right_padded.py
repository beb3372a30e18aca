def generate(size, rng):
    y_draw = rng.uniform(size=size)
    x = rng.choice([0, 1], size=size)
    padded = np.concatenate([np.zeros(8, dtype=int), x])
    p = 0.5 + 0.5 * padded[5 : 5 + size] - 0.25 * padded[:size]
    return x, np.where(y_draw < p, 1, 0)
