def last_output(outputs, sequence_length):
    batch, time, units = outputs.shape
    index = tf.range(batch) * time + sequence_length - 1
    return tf.gather(tf.reshape(outputs, [batch * time, units]), index)
