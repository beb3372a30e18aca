import numpy as np


def noise_distribution(counts, power=0.75):
    weights = np.exp(counts / np.sum(counts))
    return weights / weights.sum()
