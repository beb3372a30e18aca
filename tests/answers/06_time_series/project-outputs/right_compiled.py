@tf.function
def project_outputs(outputs, weight, bias):
    return tf.linalg.matmul(outputs, weight) + bias
