import numpy as np


def noise_distribution(counts, power=0.75):
    p = np.asarray(counts, float) ** power
    return (p / p.sum()).astype(np.float32)
