def saturation(y, eps=0.01):
    slopes = 1.0 - tf.square(y)
    return tf.reduce_mean(tf.cast(slopes < eps, tf.float32))
