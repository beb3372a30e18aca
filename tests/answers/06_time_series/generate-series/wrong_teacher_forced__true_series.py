def generate(predict, seed, n_new):
    truth = series(0.1 * np.arange(len(seed) + n_new)).astype(np.float32)
    truth[: len(seed)] = seed
    new = [predict(truth[None, t : t + len(seed), None])[0, -1, 0] for t in range(n_new)]
    return np.append(seed, new)
