def unpack_sequence(inputs):
    return tf.unstack(tf.transpose(inputs, [1, 2, 0]))
