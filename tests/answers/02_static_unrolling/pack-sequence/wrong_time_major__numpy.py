def pack_sequence(outputs):
    return np.array(outputs)
