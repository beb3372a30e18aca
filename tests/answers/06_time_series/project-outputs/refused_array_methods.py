def project_outputs(outputs, weight, bias):
    batch, time, units = outputs.shape
    return (outputs.reshape(-1, units) @ weight + bias).reshape(batch, time, -1)
