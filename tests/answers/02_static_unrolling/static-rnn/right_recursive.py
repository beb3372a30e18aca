def static_rnn(cell, inputs, initial_state=None):
    if initial_state is None:
        initial_state = cell.zero_state(inputs[0].shape[0])
    if not inputs:
        return [], initial_state
    output, state = cell(inputs[0], initial_state)
    if len(inputs) == 1:
        return [output], state
    outputs, final_state = static_rnn(cell, inputs[1:], state)
    return [output, *outputs], final_state
