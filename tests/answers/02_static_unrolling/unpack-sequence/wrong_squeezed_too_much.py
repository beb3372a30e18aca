def unpack_sequence(inputs):
    return [np.squeeze(piece) for piece in np.split(np.asarray(inputs), inputs.shape[1], axis=1)]
