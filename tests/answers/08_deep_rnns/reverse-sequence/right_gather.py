def reverse_sequence(inputs, sequence_length):
    steps = tf.range(tf.shape(inputs)[1])[tf.newaxis, :]
    lengths = tf.cast(sequence_length, tf.int32)[:, tf.newaxis]
    source = tf.where(steps < lengths, lengths - 1 - steps, steps)
    return tf.gather(inputs, source, axis=1, batch_dims=1)
