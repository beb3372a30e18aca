def masked_cross_entropy(logits, labels, sequence_length):
    p = tf.nn.softmax(logits)
    own = tf.gather(p, labels, axis=-1, batch_dims=2)
    real = tf.sequence_mask(sequence_length, labels.shape[1])
    return -tf.reduce_mean(tf.math.log(own + 1e-9)[real])
