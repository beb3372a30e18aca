def static_rnn(cell, inputs, initial_state=None):
    inputs = tf.stack(inputs)
    state = cell.zero_state(inputs.shape[1]) if initial_state is None else initial_state
    outputs = []
    for t in tf.range(inputs.shape[0]):
        output, state = cell(inputs[t], state)
        outputs.append(output)
    return outputs, state
