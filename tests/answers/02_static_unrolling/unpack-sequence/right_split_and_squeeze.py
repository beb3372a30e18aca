def unpack_sequence(inputs):
    inputs = tf.convert_to_tensor(inputs)
    pieces = tf.split(inputs, inputs.shape[1], axis=1)
    return [tf.squeeze(piece, axis=1) for piece in pieces]
