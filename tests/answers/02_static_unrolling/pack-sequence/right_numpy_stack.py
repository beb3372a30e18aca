def pack_sequence(outputs):
    return np.stack(outputs, axis=1)
