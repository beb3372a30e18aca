def static_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(tf.shape(inputs[0])[0]) if initial_state is None else initial_state
    outputs = []
    for x in tf.stack(inputs):
        output, state = cell(x, state)
        outputs.append(output)
    return outputs, state
