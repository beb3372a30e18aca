def pack_sequence(outputs):
    return tf.stack(outputs, axis=-1)
