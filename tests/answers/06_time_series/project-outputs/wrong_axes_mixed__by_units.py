def project_outputs(outputs, weight, bias):
    batch, time, units = outputs.shape
    rows = tf.transpose(tf.reshape(outputs, [units, -1]))
    return tf.reshape(rows @ weight + bias, [batch, time, -1])
