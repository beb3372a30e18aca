def masked_cross_entropy(logits, labels, sequence_length):
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    mask = tf.sequence_mask(sequence_length, labels.shape[1], tf.float32)
    rows = tf.reduce_sum(losses * mask, 1) / tf.cast(tf.maximum(sequence_length, 1), tf.float32)
    return tf.reduce_mean(rows)
