@tf.function
def project_outputs(outputs, weight, bias):
    steps = [outputs[:, t] @ weight + bias for t in range(outputs.shape[1])]
    return tf.stack(steps, axis=1)
