def masked_cross_entropy(logits, labels, sequence_length):
    values = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    real = tf.sequence_mask(sequence_length - 1, labels.shape[1], tf.float32)
    return tf.reduce_sum(values * real) / tf.cast(tf.reduce_sum(sequence_length), tf.float32)
