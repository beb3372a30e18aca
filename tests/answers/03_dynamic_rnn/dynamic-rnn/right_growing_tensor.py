def dynamic_rnn(cell, inputs, initial_state=None):
    x = tf.transpose(inputs, [1, 0, 2])
    n_steps = tf.shape(x)[0]
    first = cell.zero_state(tf.shape(x)[1]) if initial_state is None else initial_state
    output, _ = cell(x[0], first)

    def body(t, outputs, state):
        output, state = cell(x[t], state)
        return t + 1, tf.concat([outputs, output[None]], 0), state

    shapes = (
        tf.TensorShape([]),
        tf.TensorShape([None]).concatenate(output.shape),
        tf.nest.map_structure(lambda s: s.shape, first),
    )
    start = (0, tf.zeros_like(output)[None][:0], first)
    _, outputs, state = tf.while_loop(
        lambda t, *_: t < n_steps, body, start, shape_invariants=shapes
    )
    return tf.transpose(outputs, [1, 0, 2]), state
