def label_steps(outputs, weight, bias):
    return [np.asarray(sequence) @ weight + bias for sequence in outputs]
