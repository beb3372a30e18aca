def static_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(inputs[0].shape[0]) if initial_state is None else initial_state
    outputs = []
    for x in inputs[1:] + inputs[:1]:
        output, state = cell(x, state)
        outputs.append(output)
    return tf.stack(outputs), state
