def static_rnn(cell, inputs, initial_state=None):
    outputs = []
    for x in inputs:
        state = cell.zero_state(x.shape[0])
        output, state = cell(x, state)
        outputs.append(output)
    return outputs, state
