def cell_gradient(f):
    return tf.reduce_prod(f)
