def pack_sequence(outputs):
    return np.vstack(outputs)
