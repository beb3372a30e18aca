import tensorflow as tf


def noise_distribution(counts, power=0.75):
    weights = tf.pow(tf.cast(counts, tf.float32), power)
    return weights / tf.reduce_sum(weights)
