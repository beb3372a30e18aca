def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    return tf.compat.v1.nn.dynamic_rnn(
        cell, tf.convert_to_tensor(inputs), sequence_length, initial_state, dtype=tf.float32
    )
