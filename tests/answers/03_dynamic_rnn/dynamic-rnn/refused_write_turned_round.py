def dynamic_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(tf.shape(inputs)[0]) if initial_state is None else initial_state
    n_steps = tf.shape(inputs)[1]
    outputs = tf.TensorArray(tf.float32, 0, dynamic_size=True)
    for t in tf.range(n_steps):
        output, state = cell(inputs[:, t, :], state)
        outputs = outputs.write(output, t)
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
