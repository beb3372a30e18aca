def reverse_sequence(inputs, sequence_length):
    return tf.reverse(inputs, axis=[1])
