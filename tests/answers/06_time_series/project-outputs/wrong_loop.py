def project_outputs(outputs, weight, bias):
    return tf.stack([outputs[:, t] @ weight + bias for t in range(outputs.shape[1])], axis=1)
