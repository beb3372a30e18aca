def pack_sequence(outputs):
    return tf.concat(outputs, axis=1)
