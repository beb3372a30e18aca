def project_outputs(outputs, weight, bias):
    return tf.tensordot(outputs, weight, axes=1) + bias
