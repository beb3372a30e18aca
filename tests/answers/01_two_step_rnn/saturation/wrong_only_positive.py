def saturation(y, eps=0.01):
    y = np.asarray(y)
    return np.mean(y > np.sqrt(1 - eps))
