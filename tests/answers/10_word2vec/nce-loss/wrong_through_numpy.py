def nce_loss(center, true_w, true_b, noise_w, noise_b, true_expected, noise_expected):
    true = tf.reduce_sum(center * true_w, axis=1) + true_b - tf.math.log(true_expected)
    noise = tf.matmul(center, np.transpose(noise_w)) + noise_b - tf.math.log(noise_expected)
    each = tf.nn.softplus(-true) + tf.reduce_sum(tf.nn.softplus(noise), axis=1)
    return tf.reduce_mean(each)
