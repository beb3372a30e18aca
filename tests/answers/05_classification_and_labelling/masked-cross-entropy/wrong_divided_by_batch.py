def masked_cross_entropy(logits, labels, sequence_length):
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    real = tf.sequence_mask(sequence_length, tf.shape(labels)[1], losses.dtype)
    return tf.reduce_mean(tf.reduce_sum(losses * real, axis=1))
