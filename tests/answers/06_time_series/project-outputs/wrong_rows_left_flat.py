def project_outputs(outputs, weight, bias):
    return tf.reshape(outputs, [-1, outputs.shape[2]]) @ weight + bias
