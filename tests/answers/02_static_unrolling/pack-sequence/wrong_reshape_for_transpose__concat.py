def pack_sequence(outputs):
    batch, features = outputs[0].shape
    return tf.reshape(tf.concat(outputs, axis=0), [batch, -1, features])
