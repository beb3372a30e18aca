def label_steps(outputs, weight, bias):
    batch, time, units = outputs.shape
    flat = tf.reshape(outputs, [-1, units])
    return tf.reshape(flat @ weight + bias, [time, batch, -1])
