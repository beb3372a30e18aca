import numpy as np


def generate_batch(data, start, batch_size, num_skips, skip_window, rng):
    sides = [o for o in range(-skip_window, skip_window + 1) if o != 0]
    middle = start + skip_window + np.arange(batch_size)
    offsets = rng.choice(sides, size=batch_size)
    next_start = (start + batch_size // num_skips) % len(data)
    return data[middle % len(data)], data[(middle + offsets) % len(data)], next_start
