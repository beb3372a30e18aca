def sequence_loss(logits, targets, pad=0):
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
    return tf.reduce_sum(losses) / tf.reduce_sum(tf.cast(targets != pad, losses.dtype))
