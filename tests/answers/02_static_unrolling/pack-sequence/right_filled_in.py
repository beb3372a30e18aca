def pack_sequence(outputs):
    batch, features = np.shape(outputs[0])
    result = np.empty((batch, len(outputs), features))
    for t, y in enumerate(outputs):
        result[:, t, :] = y
    return result
