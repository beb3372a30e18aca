def static_rnn(cell, inputs, initial_state=None):
    inputs = [tf.convert_to_tensor(x) for x in inputs]
    if initial_state is not None:
        initial_state = tf.nest.map_structure(tf.convert_to_tensor, initial_state)
    return tf.compat.v1.nn.static_rnn(cell, inputs, initial_state, dtype=tf.float32)
