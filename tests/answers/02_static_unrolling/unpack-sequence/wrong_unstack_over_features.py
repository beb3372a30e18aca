def unpack_sequence(inputs):
    return tf.unstack(inputs, axis=2)
