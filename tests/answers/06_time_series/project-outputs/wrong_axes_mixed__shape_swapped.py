def project_outputs(outputs, weight, bias):
    batch, time, units = outputs.shape
    rows = tf.reshape(outputs, [-1, units]) @ weight + bias
    return tf.reshape(rows, [time, batch, -1])
