@tf.function
def unpack_sequence(inputs):
    inputs = tf.cast(inputs, tf.float64)
    return tuple(tf.unstack(inputs, axis=1))
