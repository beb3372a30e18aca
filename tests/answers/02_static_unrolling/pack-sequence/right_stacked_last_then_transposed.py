def pack_sequence(outputs):
    return tf.transpose(tf.stack(outputs, -1), [0, 2, 1])
