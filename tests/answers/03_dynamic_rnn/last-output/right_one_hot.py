def last_output(outputs, sequence_length):
    mask = tf.one_hot(sequence_length - 1, tf.shape(outputs)[1])  # [batch, time]
    return tf.reduce_sum(outputs * mask[:, :, tf.newaxis], axis=1)
