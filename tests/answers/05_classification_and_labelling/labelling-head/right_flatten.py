def label_steps(outputs, weight, bias):
    batch, time, units = outputs.shape
    flat = outputs.reshape(batch * time, units) if isinstance(outputs, np.ndarray) else None
    if flat is None:
        flat = tf.reshape(outputs, [-1, units])
    return tf.reshape(flat @ weight + bias, [batch, time, -1])
