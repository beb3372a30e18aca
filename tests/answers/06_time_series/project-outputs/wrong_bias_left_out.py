def project_outputs(outputs, weight, bias):
    return outputs @ weight
