def pack_sequence(outputs):
    batch, features = outputs[0].shape
    return np.reshape(outputs, (batch, len(outputs), features))
