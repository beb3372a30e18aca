import tensorflow as tf


@tf.function
def nce_loss(center, true_w, true_b, noise_w, noise_b, true_expected, noise_expected):
    true = tf.einsum("nd,nd->n", center, true_w) + true_b - tf.math.log(true_expected)
    noise = tf.einsum("nd,kd->nk", center, noise_w) + noise_b - tf.math.log(noise_expected)
    batch = tf.cast(tf.shape(true)[0], true.dtype)
    total = tf.reduce_sum(tf.math.softplus(-true)) + tf.reduce_sum(tf.math.softplus(noise))
    return total / batch
