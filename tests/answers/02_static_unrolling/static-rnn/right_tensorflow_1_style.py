def static_rnn(cell, inputs, initial_state=None):
    batch_size = tf.shape(inputs[0])[0]
    if initial_state is not None:
        state = initial_state
    else:
        state = cell.zero_state(batch_size, tf.float32)
    outputs = []
    for time, input_ in enumerate(inputs):
        (output, state) = cell(input_, state)
        outputs += [output]
    return (outputs, state)
