def last_output(outputs, sequence_length):
    return tf.gather(outputs, sequence_length, axis=1, batch_dims=1)
