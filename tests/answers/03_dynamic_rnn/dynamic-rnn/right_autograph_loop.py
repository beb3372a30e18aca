def dynamic_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(tf.shape(inputs)[0]) if initial_state is None else initial_state
    outputs = tf.TensorArray(tf.float32, tf.shape(inputs)[1])
    for t in tf.range(tf.shape(inputs)[1]):
        output, state = cell(inputs[:, t], state)
        outputs = outputs.write(t, output)
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
