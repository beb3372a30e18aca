@tf.function(reduce_retracing=True)
def masked_cross_entropy(logits, labels, sequence_length):
    log_p = tf.nn.log_softmax(logits)
    own = tf.gather(log_p, labels, axis=-1, batch_dims=2)
    mask = tf.sequence_mask(sequence_length, tf.shape(labels)[1])
    return -tf.reduce_mean(own[mask])
