def last_output(outputs, sequence_length):
    return tf.gather(outputs, tf.shape(outputs)[1] - 1, axis=1)
