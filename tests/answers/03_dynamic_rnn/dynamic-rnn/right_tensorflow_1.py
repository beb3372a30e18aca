def dynamic_rnn(cell, inputs, initial_state=None):
    return tf.compat.v1.nn.dynamic_rnn(
        cell, tf.convert_to_tensor(inputs), initial_state=initial_state, dtype=tf.float32
    )
