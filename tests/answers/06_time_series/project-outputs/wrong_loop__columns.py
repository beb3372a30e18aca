def project_outputs(outputs, weight, bias):
    return np.stack([outputs @ weight[:, k] + bias[k] for k in range(len(bias))], axis=-1)
