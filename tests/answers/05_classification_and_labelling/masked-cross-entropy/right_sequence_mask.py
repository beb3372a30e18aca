def masked_cross_entropy(logits, labels, sequence_length):
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    mask = tf.sequence_mask(sequence_length, maxlen=tf.shape(losses)[1], dtype=tf.float32)
    return tf.reduce_sum(mask * losses) / tf.reduce_sum(mask)
