def generate(predict, seed, n_new):
    given = np.concatenate([seed, np.resize(seed, n_new)])
    new = [
        predict(given[None, t : t + len(seed), None])[0, -1, 0] for t in range(n_new)
    ]
    return np.append(seed, new)
