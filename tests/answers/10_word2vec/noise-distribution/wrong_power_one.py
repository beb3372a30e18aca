import numpy as np


def noise_distribution(counts, power=0.75):
    return counts / np.sum(counts)
