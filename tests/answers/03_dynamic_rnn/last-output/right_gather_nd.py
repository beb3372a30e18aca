def last_output(outputs, sequence_length):
    rows = tf.range(tf.shape(outputs)[0])
    return tf.gather_nd(outputs, tf.stack([rows, sequence_length - 1], axis=1))
