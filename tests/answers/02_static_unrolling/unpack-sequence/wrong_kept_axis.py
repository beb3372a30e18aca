def unpack_sequence(inputs):
    return tf.split(inputs, inputs.shape[1], axis=1)
