def masked_cross_entropy(logits, labels, sequence_length):
    losses = tf.keras.losses.sparse_categorical_crossentropy(labels, logits)
    real = tf.sequence_mask(sequence_length, tf.shape(labels)[1], losses.dtype)
    return tf.reduce_sum(losses * real) / tf.reduce_sum(real)
