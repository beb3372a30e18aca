def naive_mse(x, y):
    return np.mean(np.square(y - x))
