def last_output(outputs, sequence_length):
    return tf.reduce_mean(outputs, axis=1)
