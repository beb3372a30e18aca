def sequence_loss(logits, targets, pad=0):
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
    real = tf.cast(targets > pad, losses.dtype)
    return tf.reduce_sum(real * losses) / tf.reduce_sum(real)
