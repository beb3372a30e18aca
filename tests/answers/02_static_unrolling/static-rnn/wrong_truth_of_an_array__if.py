def static_rnn(cell, inputs, initial_state=None):
    state = initial_state if initial_state else cell.zero_state(inputs[0].shape[0])
    outputs = []
    for x in inputs:
        output, state = cell(x, state)
        outputs.append(output)
    return outputs, state
