def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    inputs = tf.transpose(inputs, [1, 0, 2])
    n_steps = tf.shape(inputs)[0]
    last = n_steps
    outputs = tf.TensorArray(tf.float32, last)
    state = initial_state or cell.zero_state(tf.shape(inputs)[1])

    def body(t, outputs, state):
        output, new_state = cell(inputs[t], state)
        runs = (t < sequence_length)[:, tf.newaxis]
        output = tf.where(runs, output, tf.zeros_like(output))
        state = tf.nest.map_structure(lambda new, old: tf.where(runs, new, old), new_state, state)
        return t + 1, outputs.write(t, output), state

    _, outputs, state = tf.while_loop(lambda t, *_: t < last, body, (0, outputs, state))
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
