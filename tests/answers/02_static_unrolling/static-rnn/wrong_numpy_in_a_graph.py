def static_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(inputs[0].shape[0]) if initial_state is None else initial_state
    outputs = np.zeros([len(inputs), len(inputs[0]), cell.output_size])
    for t, x in enumerate(inputs):
        output, state = cell(tf.constant(x), state)
        outputs[t] = output.numpy()
    return list(outputs), tf.nest.map_structure(lambda s: s.numpy(), state)
