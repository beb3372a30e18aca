def static_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(inputs[0].shape[0]) if initial_state is None else initial_state
    outputs = []
    while inputs:
        output, state = cell(inputs.pop(0), state)
        outputs.append(output)
    return outputs, state
