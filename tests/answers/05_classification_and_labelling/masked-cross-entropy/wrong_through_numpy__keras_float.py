def masked_cross_entropy(logits, labels, sequence_length):
    weights = np.arange(labels.shape[1]) < np.asarray(sequence_length)[:, None]
    losses = tf.keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    return np.average(losses, weights=weights)
