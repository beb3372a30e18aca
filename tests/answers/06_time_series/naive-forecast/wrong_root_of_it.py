def naive_mse(x, y):
    return np.sqrt(np.mean((y - x) ** 2))
