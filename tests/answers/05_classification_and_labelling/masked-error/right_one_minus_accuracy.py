def masked_error(logits, labels, sequence_length):
    metric = tf.keras.metrics.SparseCategoricalAccuracy()
    weights = tf.sequence_mask(sequence_length, labels.shape[1], tf.float32)
    metric.update_state(labels, logits, sample_weight=weights)
    return 1 - metric.result()
