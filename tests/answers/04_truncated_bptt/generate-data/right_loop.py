def generate(size, rng):
    x, y = [], []
    for t in range(size):
        x.append(int(rng.integers(2)))
        p = 0.5
        if t >= 3 and x[t - 3] == 1:
            p += 0.5
        if t >= 8 and x[t - 8] == 1:
            p -= 0.25
        y.append(1 if rng.random() < p else 0)
    return x, y
