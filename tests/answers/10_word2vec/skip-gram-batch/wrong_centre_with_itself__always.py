import numpy as np


def generate_batch(data, start, batch_size, num_skips, skip_window, rng):
    sides = [o for o in range(-skip_window, skip_window + 1) if o != 0]
    centers, contexts = [], []
    for i in range(batch_size // num_skips):
        middle = start + skip_window + i
        for offset in rng.choice(sides, size=num_skips, replace=False):
            centers.append(data[middle % len(data)])
            contexts.append(data[middle % len(data)])
    next_start = (start + batch_size // num_skips) % len(data)
    return np.array(centers), np.array(contexts), next_start
