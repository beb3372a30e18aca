def pack_sequence(outputs):
    return tf.stack(outputs[::-1], axis=1)
