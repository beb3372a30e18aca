@tf.function
def static_rnn(cell, inputs, initial_state=None):
    state = initial_state
    if state is None:
        state = cell.zero_state(inputs[0].shape[0])
    outputs = []
    for x in inputs:
        y, state = cell(x, state)
        outputs.append(y)
    return outputs, state
