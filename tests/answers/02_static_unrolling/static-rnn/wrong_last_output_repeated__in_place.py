def static_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(inputs[0].shape[0]) if initial_state is None else initial_state
    outputs = []
    buffer = np.zeros([inputs[0].shape[0], cell.output_size])
    for x in inputs:
        output, state = cell(x, state)
        buffer[:] = output
        outputs.append(buffer)
    return outputs, state
