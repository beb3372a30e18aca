def unpack_sequence(inputs):
    return list(np.moveaxis(inputs, 1, 0))
