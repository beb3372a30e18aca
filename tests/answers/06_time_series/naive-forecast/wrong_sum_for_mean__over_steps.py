def naive_mse(x, y):
    return np.mean(np.sum((y - x) ** 2, axis=1))
