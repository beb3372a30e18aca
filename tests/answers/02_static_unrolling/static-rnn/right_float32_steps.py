def static_rnn(cell, inputs, initial_state=None):
    steps = [tf.cast(x, tf.float32) for x in inputs]
    state = initial_state
    if initial_state is None:
        state = cell.zero_state(batch_size=steps[0].shape[0], dtype=tf.float32)
    outputs = []
    while steps:
        output, state = cell(steps.pop(0), state)
        outputs.append(tf.cast(output, tf.float32))
    return tuple(outputs), state
