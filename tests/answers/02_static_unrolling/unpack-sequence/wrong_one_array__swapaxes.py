def unpack_sequence(inputs):
    return np.swapaxes(inputs, 0, 1)
