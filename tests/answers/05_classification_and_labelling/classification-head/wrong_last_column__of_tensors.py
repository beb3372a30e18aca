def classify(outputs, sequence_length, weight, bias):
    if isinstance(outputs, np.ndarray):
        return outputs[np.arange(len(outputs)), sequence_length - 1] @ weight + bias
    return outputs[:, -1] @ weight + bias
