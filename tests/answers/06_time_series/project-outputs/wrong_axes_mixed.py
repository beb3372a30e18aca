def project_outputs(outputs, weight, bias):
    batch, time, units = outputs.shape
    rows = tf.reshape(tf.transpose(outputs, [1, 0, 2]), [-1, units])
    return tf.reshape(rows @ weight + bias, [batch, time, -1])
