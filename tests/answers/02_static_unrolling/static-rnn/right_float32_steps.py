def static_rnn(cell, inputs, initial_state=None):
    steps = [tf.cast(x, tf.float64) for x in inputs]
    state = initial_state
    if initial_state is None:
        state = cell.zero_state(batch_size=steps[0].shape[0], dtype=tf.float64)
    outputs = []
    while steps:
        output, state = cell(steps.pop(0), state)
        outputs.append(tf.cast(output, tf.float64))
    return tuple(outputs), state
