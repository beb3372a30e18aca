def label_steps(outputs, weight, bias):
    # concatenating the steps puts time first, reshaping does not know
    batch, time, units = outputs.shape
    flat = tf.concat(tf.unstack(outputs, axis=1), axis=0)
    return tf.reshape(flat @ weight + bias, [batch, time, -1])
