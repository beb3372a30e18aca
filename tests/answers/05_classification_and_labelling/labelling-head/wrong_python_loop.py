def label_steps(outputs, weight, bias):
    return tf.stack([step @ weight + bias for step in tf.unstack(outputs, axis=1)], axis=1)
