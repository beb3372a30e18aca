def label_steps(outputs, weight, bias):
    if isinstance(outputs, np.ndarray):
        return outputs @ weight + bias
    time_major = tf.transpose(outputs, [1, 0, 2])
    return time_major @ weight + bias
