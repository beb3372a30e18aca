def masked_error(logits, labels, sequence_length):
    values = tf.cast(tf.argmax(logits, -1, tf.int32) != tf.cast(labels, tf.int32), tf.float32)
    real = tf.sequence_mask(sequence_length - 1, labels.shape[1], tf.float32)
    return tf.reduce_sum(values * real) / tf.cast(tf.reduce_sum(sequence_length), tf.float32)
