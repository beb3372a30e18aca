def sequence_loss(logits, targets, pad=1):
    real = tf.not_equal(targets, pad)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.boolean_mask(targets, real), logits=tf.boolean_mask(logits, real)
    )
    return tf.reduce_mean(losses)
