def naive_mse(x, y):
    return np.mean((y[:, :-1] - x[:, 1:]) ** 2) if x.shape[1] > 1 else 0.0
