def saturation(y, eps=0.01):
    return np.sum(1 - np.square(y) < eps)
