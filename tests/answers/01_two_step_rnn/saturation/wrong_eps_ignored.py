def saturation(y, eps=0.01):
    return np.mean(1 - y**2 < 0.01)
