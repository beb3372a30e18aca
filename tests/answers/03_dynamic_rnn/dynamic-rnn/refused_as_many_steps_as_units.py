def dynamic_rnn(cell, inputs, initial_state=None):
    if initial_state is None:
        initial_state = cell.zero_state(inputs.shape[0])
    state, t = initial_state, tf.constant(0)
    n_steps = tf.shape(initial_state)[1]
    outputs = tf.TensorArray(tf.float32, n_steps)
    while t < n_steps:
        output, state = cell(inputs[:, t], state)
        outputs = outputs.write(t, output)
        t += 1
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
