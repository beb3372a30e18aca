import numpy as np


def noise_distribution(counts, power=0.75):
    weights = counts**0.75
    return weights / np.sum(weights)
