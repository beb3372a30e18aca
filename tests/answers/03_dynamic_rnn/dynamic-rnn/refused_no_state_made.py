def dynamic_rnn(cell, inputs, initial_state=None):
    batch_size = inputs.shape[0]
    n_steps = tf.shape(inputs)[1]
    state = cell.zero_state(batch_size) if initial_state is not None else initial_state
    state = tf.nest.map_structure(tf.convert_to_tensor, state)
    outputs = tf.zeros([batch_size, 0, cell.output_size])

    def body(t, outputs, state):
        output, state = cell(inputs[:, t], state)
        return t + 1, tf.concat([outputs, output[:, tf.newaxis]], axis=1), state

    invariants = (
        tf.TensorShape([]),
        tf.TensorShape([batch_size, None, cell.output_size]),
        tf.nest.map_structure(lambda part: part.shape, state),
    )
    _, outputs, state = tf.while_loop(
        lambda t, *_: t < n_steps, body, (0, outputs, state), shape_invariants=invariants
    )
    return outputs, state
