import numpy as np


def keep_probability(counts, threshold=1e-3):
    kept = np.zeros_like(counts)
    total = np.sum(counts)
    for word, count in enumerate(counts):
        f = count / total
        kept[word] = min(1, (np.sqrt(f / threshold) + 1) * threshold / f)
    return kept
