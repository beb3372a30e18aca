def unpack_sequence(inputs):
    batch, time, features = inputs.shape
    flat = tf.reshape(inputs, [-1, features])
    return tf.split(flat, time)
