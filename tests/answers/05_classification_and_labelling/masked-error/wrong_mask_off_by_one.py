def masked_error(logits, labels, sequence_length):
    values = tf.cast(tf.argmax(logits, -1, tf.int32) != tf.cast(labels, tf.int32), tf.float32)
    real = np.arange(labels.shape[1]) <= np.array(sequence_length)[:, None]
    return tf.reduce_mean(values[real])
