def classify(outputs, sequence_length, weight, bias):
    return outputs[np.arange(len(outputs)), sequence_length - 1] @ weight + bias
