def dynamic_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(inputs.shape[0]) if initial_state is None else initial_state
    outputs = []
    for t in range(inputs.shape[1]):
        output, state = cell(inputs[:, t], state)
        outputs.append(output)
    return np.stack(outputs, axis=1), state
