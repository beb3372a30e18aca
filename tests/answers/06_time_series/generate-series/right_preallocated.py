def generate(predict, seed, n_new):
    n = len(seed)
    series = np.zeros(n + n_new, dtype=np.float32)
    series[:n] = seed
    for t in range(n, n + n_new):
        series[t] = predict(series[None, t - n : t, None])[0, -1, 0]
    return series
