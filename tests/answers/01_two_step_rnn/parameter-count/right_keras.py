def parameter_count(n_inputs, n_units):
    layer = tf.keras.layers.SimpleRNN(n_units)
    layer.build((None, None, n_inputs))
    return layer.count_params()
