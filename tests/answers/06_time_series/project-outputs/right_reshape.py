def project_outputs(outputs, weight, bias):
    batch, time, units = outputs.shape
    flat = tf.reshape(outputs, [-1, units])
    return tf.reshape(flat @ weight + bias, [batch, time, weight.shape[1]])
