import tensorflow as tf


def nce_loss(center, true_w, true_b, noise_w, noise_b, true_expected, noise_expected):
    true = tf.reduce_sum(center * true_w, axis=1) + true_b - tf.math.log(true_expected)
    noise = center @ tf.transpose(noise_w) + noise_b - tf.math.log(noise_expected)
    logits = tf.concat([true[:, None], noise], axis=1)
    labels = tf.concat([tf.ones_like(true)[:, None], tf.zeros_like(noise)], axis=1)
    losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
    return tf.reduce_mean(tf.reduce_sum(losses, axis=1))
