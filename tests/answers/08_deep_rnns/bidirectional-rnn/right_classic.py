def bidirectional_rnn(cell_fw, cell_bw, inputs, sequence_length):
    outputs, states = tf.compat.v1.nn.bidirectional_dynamic_rnn(
        cell_fw, cell_bw, tf.constant(inputs), sequence_length, dtype=tf.float32
    )
    return tf.concat(outputs, 2), states
