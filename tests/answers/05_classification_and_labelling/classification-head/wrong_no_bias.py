def classify(outputs, sequence_length, weight, bias):
    return unroll.last_output(outputs, sequence_length) @ weight
