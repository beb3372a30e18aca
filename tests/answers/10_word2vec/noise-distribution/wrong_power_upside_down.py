import numpy as np


def noise_distribution(counts, power=0.75):
    weights = np.asarray(counts, dtype=float) ** (1 / power if power else 0)
    return weights / weights.sum()
