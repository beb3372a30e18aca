import numpy as np


def keep_probability(counts, threshold=1e-3):
    f = counts / np.max(counts)
    return np.minimum(1, (np.sqrt(f / threshold) + 1) * threshold / f)
