def classify(outputs, sequence_length, weight, bias):
    steps = tf.minimum(sequence_length, outputs.shape[1] - 1)
    return tf.gather(outputs, steps, axis=1, batch_dims=1) @ weight + bias
