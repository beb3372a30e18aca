import numpy as np


def keep_probability(counts, threshold=1e-3):
    f = counts / np.sum(counts)
    return np.minimum(1, threshold / f)
