def pack_sequence(outputs):
    return tf.concat([tf.expand_dims(y, 1) for y in outputs], axis=1)
