def masked_cross_entropy(logits, labels, sequence_length):
    real = tf.sequence_mask(sequence_length, labels.shape[1])
    return tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)(
        tf.boolean_mask(labels, real), tf.boolean_mask(logits, real)
    )
