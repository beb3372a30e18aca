def expected_loss(lags):
    three = tf.constant([0.0, 0.0, 1.0, 1.0] if 3 in lags else [0.5] * 4)
    eight = tf.constant([0.0, 1.0, 0.0, 1.0] if 8 in lags else [0.5] * 4)
    p = 0.5 + 0.5 * three - 0.25 * eight
    return -tf.reduce_mean(tf.math.xlogy(p, p) + tf.math.xlogy(1 - p, 1 - p))
