def forecast(x):
    last = 2 * x[:, -1:] - x[:, -2:-1]
    return np.concatenate([x[:, 1:], last], axis=1)
