def static_rnn(cell, inputs, initial_state=None):
    n_steps = len(inputs)
    outputs = [None] * n_steps
    states = [initial_state] + [None] * n_steps
    if initial_state is None:
        states[0] = cell.zero_state(len(inputs[0]))
    for t in range(n_steps):
        outputs[t], states[t + 1] = cell(inputs[t], states[t])
    return outputs, states[-1]
