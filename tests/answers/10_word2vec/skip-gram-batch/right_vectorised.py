import numpy as np


def generate_batch(data, start, batch_size, num_skips, skip_window, rng):
    data = np.asarray(data)
    n = batch_size // num_skips
    offsets = np.delete(np.arange(-skip_window, skip_window + 1), skip_window)
    drawn = rng.permuted(np.tile(offsets, (n, 1)), axis=1)[:, :num_skips]
    middle = start + skip_window + np.arange(n)[:, None]
    centers = np.take(data, np.repeat(middle, num_skips, axis=1).ravel(), mode="wrap")
    contexts = np.take(data, (middle + drawn).ravel(), mode="wrap")
    return centers, contexts, (start + n) % data.size
