def label_steps(outputs, weight, bias):
    b, t, u = outputs.shape
    return tf.transpose(
        tf.reshape(tf.reshape(outputs, [b * t, u]) @ weight + bias, [t, b, -1]), [1, 0, 2]
    )
