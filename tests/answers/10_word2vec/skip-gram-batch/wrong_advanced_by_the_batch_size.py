import numpy as np


def generate_batch(data, start, batch_size, num_skips, skip_window, rng):
    sides = [o for o in range(-skip_window, skip_window + 1) if o != 0]
    n = batch_size // num_skips
    centers, contexts = [], []
    for i in range(n):
        middle = start + skip_window + i
        for offset in rng.choice(sides, size=num_skips, replace=False):
            centers.append(data[middle % len(data)])
            contexts.append(data[(middle + offset) % len(data)])
    return np.array(centers), np.array(contexts), (start + batch_size) % len(data)
