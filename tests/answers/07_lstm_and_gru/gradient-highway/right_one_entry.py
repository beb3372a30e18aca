def cell_gradient(forget_gates):
    return tf.reduce_prod(tf.convert_to_tensor(forget_gates), keepdims=True)
