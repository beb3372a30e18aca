def parameter_count(n_inputs, n_units):
    return tf.reduce_sum([n_inputs * n_units, n_units**2, n_units])
