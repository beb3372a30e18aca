def reverse_sequence(inputs, sequence_length):
    return tf.reverse_sequence(inputs, sequence_length - 1, seq_axis=1)
