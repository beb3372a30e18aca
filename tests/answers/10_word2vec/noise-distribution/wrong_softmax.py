import numpy as np


def noise_distribution(counts, power=0.75):
    weights = np.exp(counts**power - np.max(counts**power))
    return weights / np.sum(weights)
