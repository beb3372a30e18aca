def project_outputs(outputs, weight, bias):
    return list(map(lambda sequence: sequence @ weight + bias, outputs))
