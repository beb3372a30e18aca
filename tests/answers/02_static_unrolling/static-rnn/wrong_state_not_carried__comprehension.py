def static_rnn(cell, inputs, initial_state=None):
    if initial_state is None:
        initial_state = cell.zero_state(inputs[0].shape[0])
    results = [cell(x, initial_state) for x in inputs]
    return [output for output, _ in results], results[-1][1]
