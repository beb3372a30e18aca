import numpy as np


def noise_distribution(counts, power=0.75):
    weights = np.zeros_like(counts)
    for word, count in enumerate(counts):
        weights[word] = count**power
    return weights / weights.sum()
