def masked_cross_entropy(logits, labels, sequence_length):
    real = tf.sequence_mask(sequence_length, labels.shape[1])
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return tf.reduce_mean(losses[real]) / np.log(2)
