def static_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(inputs[0].shape[0]) if initial_state is None else initial_state
    outputs = []
    for t in range(len(inputs) - 1):
        output, state = cell(inputs[t], state)
        outputs.append(output)
    return outputs, state
