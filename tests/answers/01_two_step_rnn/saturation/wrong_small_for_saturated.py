def saturation(y, eps=0.01):
    return np.mean(np.abs(y) < eps)
