def classify(outputs, sequence_length, weight, bias):
    return tf.reduce_mean(outputs, axis=1) @ weight + bias
