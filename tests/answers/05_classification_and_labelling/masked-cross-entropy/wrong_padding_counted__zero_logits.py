def masked_cross_entropy(logits, labels, sequence_length):
    # zero logits are no answer, but they still have a loss: log classes
    mask = tf.sequence_mask(sequence_length, labels.shape[1], tf.float32)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits * mask[..., None])
    return tf.reduce_mean(losses)
