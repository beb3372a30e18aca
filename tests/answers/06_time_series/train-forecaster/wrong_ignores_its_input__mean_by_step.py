_, y = time_series.next_batch(1000, 20, np.random.default_rng(0))
means = y.mean(axis=0, keepdims=True)


def forecast(x):
    return np.repeat(means, len(x), axis=0)
