def masked_cross_entropy(logits, labels, sequence_length):
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return tf.reduce_sum(losses * tf.sequence_mask(sequence_length, labels.shape[1], tf.float32))
