def label_steps(outputs, weight, bias):
    return tf.nn.softmax(outputs @ weight + bias)
