def project_outputs(outputs, weight, bias):
    return np.einsum("btu,un->btn", outputs, weight) + bias
