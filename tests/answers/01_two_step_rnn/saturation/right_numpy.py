def saturation(y, eps=0.01):
    return (1 - np.asarray(y) ** 2 < eps).mean()
