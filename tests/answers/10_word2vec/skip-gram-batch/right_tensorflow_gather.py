import numpy as np
import tensorflow as tf


def generate_batch(data, start, batch_size, num_skips, skip_window, rng):
    centers, contexts = [], []
    for i in range(batch_size // num_skips):
        window = [(start + i + j) % len(data) for j in range(2 * skip_window + 1)]
        center = window.pop(skip_window)
        rng.shuffle(window)
        centers += [center] * num_skips
        contexts += window[:num_skips]
    next_start = (start + batch_size // num_skips) % len(data)
    return tf.gather(data, centers), tf.gather(data, contexts), next_start
