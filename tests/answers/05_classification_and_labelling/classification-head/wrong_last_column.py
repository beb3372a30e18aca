def classify(outputs, sequence_length, weight, bias):
    return outputs[:, -1] @ weight + bias
