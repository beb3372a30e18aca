def project_outputs(outputs, weight, bias):
    result = np.zeros([*outputs.shape[:2], weight.shape[1]])
    for t in range(outputs.shape[1]):
        result[:, t] = outputs[:, t] @ weight + bias
    return result
