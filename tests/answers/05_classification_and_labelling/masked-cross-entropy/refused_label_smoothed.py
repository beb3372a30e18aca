def masked_cross_entropy(logits, labels, sequence_length):
    real = tf.sequence_mask(sequence_length, labels.shape[1])
    targets = 0.9 * tf.one_hot(labels, logits.shape[-1]) + 0.05
    losses = tf.nn.softmax_cross_entropy_with_logits(targets, logits)
    return tf.reduce_mean(losses[real])
