def classify(outputs, sequence_length, weight, bias):
    return outputs[:, 0] @ weight + bias
