def label_steps(outputs, weight, bias):
    batch, time, units = outputs.shape
    if isinstance(outputs, np.ndarray):
        return (outputs.reshape(-1, units) @ weight + bias).reshape(batch, time, -1)
    return tf.reshape(outputs, [-1, units]) @ weight + bias
