def label_steps(outputs, weight, bias):
    return tf.transpose(outputs, [1, 0, 2]) @ weight + bias
