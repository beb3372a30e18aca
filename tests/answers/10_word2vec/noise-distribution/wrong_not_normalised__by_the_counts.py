import numpy as np


def noise_distribution(counts, power=0.75):
    weights = np.asarray(counts, dtype=float) ** power
    return weights / np.sum(counts)
