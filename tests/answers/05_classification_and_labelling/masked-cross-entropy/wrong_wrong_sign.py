def masked_cross_entropy(logits, labels, sequence_length):
    real = tf.sequence_mask(sequence_length, labels.shape[1])
    own = tf.gather(tf.nn.log_softmax(logits), labels, axis=-1, batch_dims=2)
    return tf.reduce_mean(own[real])
