def naive_mse(x, y):
    return np.sum((y - x) ** 2)
