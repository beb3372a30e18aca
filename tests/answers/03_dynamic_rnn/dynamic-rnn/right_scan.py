def dynamic_rnn(cell, inputs, initial_state=None):
    batch_size = inputs.shape[0]
    state = cell.zero_state(batch_size) if initial_state is None else initial_state
    first = (tf.zeros([batch_size, cell.output_size]), state)
    steps = tf.transpose(inputs, [1, 0, 2])
    outputs, states = tf.scan(lambda before, x: cell(x, before[1]), steps, first)
    return tf.transpose(outputs, [1, 0, 2]), tf.nest.map_structure(lambda s: s[-1], states)
