def saturation(y, eps=0.01):
    return float(tf.reduce_mean(tf.cast(tf.abs(y) > 1 - eps, tf.float32)))
