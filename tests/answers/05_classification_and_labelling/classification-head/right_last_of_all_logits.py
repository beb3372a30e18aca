def classify(outputs, sequence_length, weight, bias):
    l = outputs @ weight + bias
    return unroll.last_output(l, sequence_length)
