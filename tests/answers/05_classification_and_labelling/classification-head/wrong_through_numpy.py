def classify(outputs, sequence_length, weight, bias):
    outputs = np.asarray(outputs)
    rows = np.arange(outputs.shape[0])
    return outputs[rows, np.asarray(sequence_length) - 1].dot(weight) + bias
