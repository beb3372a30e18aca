def dynamic_rnn(cell, inputs, initial_state=None):
    inputs = tf.transpose(inputs, [1, 0, 2])  # [time, batch, features]
    n_steps = tf.shape(inputs)[1]
    outputs = tf.TensorArray(tf.float32, n_steps)
    state = cell.zero_state(tf.shape(inputs)[1]) if initial_state is None else initial_state

    def body(t, outputs, state):
        output, state = cell(inputs[t], state)
        return t + 1, outputs.write(t, output), state

    _, outputs, state = tf.while_loop(lambda t, *_: t < n_steps, body, (0, outputs, state))
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
