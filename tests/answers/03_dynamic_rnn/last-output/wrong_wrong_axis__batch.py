def last_output(outputs, sequence_length):
    return tf.gather(outputs, sequence_length - 1)
