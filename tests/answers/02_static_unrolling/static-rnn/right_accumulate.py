from itertools import accumulate


def static_rnn(cell, inputs, initial_state=None):
    start = initial_state
    if start is None:
        start = cell.zero_state(np.shape(inputs[0])[0])
    steps = accumulate(inputs, lambda so, x: cell(x, so[1]), initial=(None, start))
    outputs, states = zip(*steps)
    return list(outputs[1:]), states[-1]
