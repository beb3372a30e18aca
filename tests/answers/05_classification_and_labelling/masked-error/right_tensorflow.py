def masked_error(logits, labels, sequence_length):
    wrong = tf.cast(tf.argmax(logits, -1, tf.int32) != labels, tf.float32)
    mask = tf.sequence_mask(sequence_length, tf.shape(labels)[1], tf.float32)
    return tf.reduce_sum(wrong * mask) / tf.reduce_sum(mask)
