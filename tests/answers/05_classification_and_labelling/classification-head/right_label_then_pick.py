def classify(outputs, sequence_length, weight, bias):
    every = keras_matmul(outputs, weight) + bias
    return unroll.last_output(every, sequence_length)


def keras_matmul(a, b):
    return tf.keras.ops.matmul(a, b)
