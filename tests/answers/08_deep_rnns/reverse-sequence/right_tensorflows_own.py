def reverse_sequence(inputs, sequence_length):
    return tf.reverse_sequence(inputs, sequence_length, seq_axis=1, batch_axis=0)
