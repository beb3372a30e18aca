def masked_cross_entropy(logits, labels, sequence_length):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
