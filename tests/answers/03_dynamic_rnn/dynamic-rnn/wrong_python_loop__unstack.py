def dynamic_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(inputs.shape[0]) if initial_state is None else initial_state
    outputs = []
    for x in tf.unstack(inputs, axis=1):
        output, state = cell(x, state)
        outputs.append(output)
    return tf.stack(outputs, axis=1), state
