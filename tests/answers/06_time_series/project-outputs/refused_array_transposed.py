def project_outputs(outputs, weight, bias):
    return np.matmul(weight.T, outputs.transpose(0, 2, 1)).transpose(0, 2, 1) + bias
