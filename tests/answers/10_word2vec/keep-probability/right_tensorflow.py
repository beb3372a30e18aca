import tensorflow as tf


def keep_probability(counts, threshold=1e-3):
    f = counts / tf.reduce_sum(counts)
    p = (tf.sqrt(f / threshold) + 1) * threshold / f
    return tf.clip_by_value(p, 0.0, 1.0)
