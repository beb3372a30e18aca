def unpack_sequence(inputs):
    steps = tf.unstack(inputs, axis=1)
