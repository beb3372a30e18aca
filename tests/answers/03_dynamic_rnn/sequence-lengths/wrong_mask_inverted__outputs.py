def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    inputs = tf.transpose(inputs, [1, 0, 2])  # [time, batch, features]
    n_steps = tf.shape(inputs)[0]
    outputs = tf.TensorArray(tf.float32, n_steps)
    state = cell.zero_state(tf.shape(inputs)[1]) if initial_state is None else initial_state

    def body(t, outputs, state):
        output, new_state = cell(inputs[t], state)
        runs = (t < sequence_length)[:, tf.newaxis]  # [batch, 1]
        output = tf.where(runs, tf.zeros_like(output), output)
        state = tf.nest.map_structure(lambda new, old: tf.where(runs, new, old), new_state, state)
        return t + 1, outputs.write(t, output), state

    _, outputs, state = tf.while_loop(lambda t, *_: t < n_steps, body, (0, outputs, state))
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
