def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    outputs, state = dynamic_rnn(cell, inputs, initial_state)
    mask = tf.sequence_mask(sequence_length, tf.shape(inputs)[1], dtype=tf.float32)
    return outputs * mask[:, :, tf.newaxis], state
