def masked_cross_entropy(logits, labels, sequence_length):
    values = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    real = ~tf.sequence_mask(sequence_length, labels.shape[1])
    return tf.reduce_mean(values[real])
