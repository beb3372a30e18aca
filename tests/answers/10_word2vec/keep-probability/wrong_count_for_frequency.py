import numpy as np


def keep_probability(counts, threshold=1e-3):
    return np.minimum(1, (np.sqrt(counts / threshold) + 1) * threshold / counts)
