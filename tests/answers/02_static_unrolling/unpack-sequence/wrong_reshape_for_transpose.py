def unpack_sequence(inputs):
    batch, time, features = inputs.shape
    return list(np.reshape(inputs, (time, batch, features)))
