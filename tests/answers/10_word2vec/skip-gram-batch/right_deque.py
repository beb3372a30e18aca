import collections

import numpy as np


def generate_batch(data, start, batch_size, num_skips, skip_window, rng):
    span = 2 * skip_window + 1
    buffer = collections.deque(maxlen=span)
    position = start
    for _ in range(span):
        buffer.append(data[position])
        position = (position + 1) % len(data)
    batch = np.zeros(batch_size, dtype=np.int32)
    labels = np.zeros(batch_size, dtype=np.int32)
    for i in range(batch_size // num_skips):
        used = [skip_window]
        for j in range(num_skips):
            target = skip_window
            while target in used:
                target = int(rng.integers(0, span))
            used.append(target)
            batch[i * num_skips + j] = buffer[skip_window]
            labels[i * num_skips + j] = buffer[target]
        buffer.append(data[position])
        position = (position + 1) % len(data)
    return batch, labels, (start + batch_size // num_skips) % len(data)
