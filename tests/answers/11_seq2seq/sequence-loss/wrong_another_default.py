def sequence_loss(logits, targets, pad=-1):
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
    real = tf.cast(tf.not_equal(targets, pad), tf.float32)
    return tf.reduce_sum(losses * real) / tf.reduce_sum(real)
