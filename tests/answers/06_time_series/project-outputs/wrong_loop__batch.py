def project_outputs(outputs, weight, bias):
    result = []
    for sequence in outputs:
        result.append(sequence @ weight + bias)
    return tf.stack(result)
