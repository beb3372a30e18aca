def project_outputs(outputs, weight, bias):
    return tf.keras.ops.add(tf.keras.ops.matmul(outputs, weight), bias)
