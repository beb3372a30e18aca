def softplus(x):
    return tf.where(x > 30, x, tf.math.log(1 + tf.exp(x)))


def nce_loss(center, true_w, true_b, noise_w, noise_b, true_expected, noise_expected):
    true = tf.reduce_sum(center * true_w, axis=1) + true_b - tf.math.log(true_expected)
    noise = tf.matmul(center, noise_w, transpose_b=True) + noise_b - tf.math.log(noise_expected)
    return tf.reduce_mean(softplus(-true) + tf.reduce_sum(softplus(noise), axis=1))
