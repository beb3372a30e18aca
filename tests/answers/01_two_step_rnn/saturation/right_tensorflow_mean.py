def saturation(y, eps=0.01):
    return tf.reduce_mean(tf.cast(1 - y**2 < eps, tf.float32))
