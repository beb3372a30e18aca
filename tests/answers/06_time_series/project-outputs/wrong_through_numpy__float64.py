def project_outputs(outputs, weight, bias):
    return np.asarray(outputs, np.float64).dot(weight) + bias
