def project_outputs(outputs, weight, bias):
    return tf.transpose(outputs @ weight + bias, [1, 0, 2])
