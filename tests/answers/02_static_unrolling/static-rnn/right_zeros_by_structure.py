def static_rnn(cell, inputs, initial_state=None):
    batch = inputs[0].shape[0]
    if initial_state is None:
        initial_state = tf.nest.map_structure(lambda n: tf.zeros([batch, n]), cell.state_size)
    state, outputs = initial_state, []
    for x in inputs:
        output, state = cell(x, state)
        outputs.append(output)
    return outputs, state
