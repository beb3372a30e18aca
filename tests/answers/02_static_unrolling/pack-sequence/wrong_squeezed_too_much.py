def pack_sequence(outputs):
    return np.squeeze(np.stack(outputs, axis=1))
