def classify(outputs, sequence_length, weight, bias):
    steps = sequence_length + 1
    rows = tf.range(tf.shape(outputs)[0])
    return tf.gather_nd(outputs, tf.stack([rows, steps], axis=1)) @ weight + bias
