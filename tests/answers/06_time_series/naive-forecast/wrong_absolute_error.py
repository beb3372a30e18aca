def naive_mse(x, y):
    return np.mean(np.abs(y - x))
