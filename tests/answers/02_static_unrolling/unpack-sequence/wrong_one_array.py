def unpack_sequence(inputs):
    return tf.transpose(inputs, [1, 0, 2])
