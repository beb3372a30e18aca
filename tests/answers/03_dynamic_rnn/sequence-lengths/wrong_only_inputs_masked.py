def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    mask = tf.sequence_mask(sequence_length, tf.shape(inputs)[1], dtype=tf.float32)
    return dynamic_rnn(cell, inputs * mask[:, :, tf.newaxis], initial_state)
