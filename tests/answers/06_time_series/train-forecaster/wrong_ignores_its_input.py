def forecast(x):
    return np.full(x.shape, 0.5)
