def classify(outputs, sequence_length, weight, bias):
    real = tf.sequence_mask(sequence_length, outputs.shape[1], tf.float32)[..., None]
    mean = tf.reduce_sum(outputs * real, 1) / tf.reduce_sum(real, 1)
    return mean @ weight + bias
