def masked_cross_entropy(logits, labels, sequence_length):
    values = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    real = np.arange(labels.shape[1]) <= np.array(sequence_length)[:, None]
    return tf.reduce_mean(values[real])
