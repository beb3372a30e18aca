def pack_sequence(outputs):
    return np.dstack(outputs)
