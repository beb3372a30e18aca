def label_steps(outputs, weight, bias):
    return outputs @ weight + bias[0]
