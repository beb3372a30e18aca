def project_outputs(outputs, weight, bias):
    return tf.map_fn(lambda sequence: sequence @ weight + bias, outputs)
