def static_rnn(cell, inputs, initial_state=None):
    state = (
        tf.zeros([inputs[0].shape[0], cell.state_size]) if initial_state is None else initial_state
    )
    outputs = []
    for x in inputs:
        output, state = cell(x, state)
        outputs.append(output)
    return outputs, state
