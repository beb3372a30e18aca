def label_steps(outputs, weight, bias):
    return np.dot(outputs, weight) + bias
