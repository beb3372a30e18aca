def sequence_loss(logits, targets, pad=0):
    probabilities = tf.exp(logits) / tf.reduce_sum(tf.exp(logits), axis=2, keepdims=True)
    picked = tf.reduce_sum(probabilities * tf.one_hot(targets, tf.shape(logits)[2]), axis=2)
    real = tf.cast(tf.not_equal(targets, pad), tf.float32)
    return tf.reduce_sum(-tf.math.log(picked) * real) / tf.reduce_sum(real)
