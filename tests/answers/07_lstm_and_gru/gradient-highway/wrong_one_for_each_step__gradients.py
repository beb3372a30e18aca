def cell_gradient(forget_gates):
    return tf.math.cumprod(tf.constant(forget_gates), reverse=True)
