def classify(outputs, sequence_length, weight, bias):
    last = tf.gather(outputs, sequence_length - 1, axis=1, batch_dims=1)
    return tf.matmul(last, weight) + bias
