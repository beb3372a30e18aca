def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    inputs = tf.transpose(inputs, [1, 0, 2])
    n_steps = tf.shape(inputs)[0]
    state = cell.zero_state(tf.shape(inputs)[1])
    outputs = tf.TensorArray(tf.float32, n_steps)

    def body(t, outputs, state):
        output, new_state = cell(inputs[t], state)
        mask = tf.expand_dims(t < sequence_length, 1)
        output = tf.where(mask, output, 0.0)
        new_state = tf.nest.map_structure(
            lambda new, old: tf.where(mask, new, old), new_state, state
        )
        return t + 1, outputs.write(t, output), new_state

    _, outputs, state = tf.while_loop(lambda t, *_: t < n_steps, body, (0, outputs, state))
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
