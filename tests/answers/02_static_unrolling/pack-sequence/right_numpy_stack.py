def pack_sequence(outputs):
    return np.stack([np.asarray(y) for y in outputs], axis=1)
