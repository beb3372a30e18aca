def unpack_sequence(inputs):
    time_major = tf.transpose(inputs, perm=[1, 0, 2])
    return tf.unstack(time_major)
