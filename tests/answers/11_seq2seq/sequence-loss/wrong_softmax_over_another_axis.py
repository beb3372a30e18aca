def sequence_loss(logits, targets, pad=0):
    losses = -tf.gather(tf.nn.log_softmax(logits, axis=1), targets, axis=2, batch_dims=2)
    real = tf.cast(tf.not_equal(targets, pad), tf.float32)
    return tf.reduce_sum(losses * real) / tf.reduce_sum(real)
