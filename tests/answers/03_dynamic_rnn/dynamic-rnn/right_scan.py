def dynamic_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(tf.shape(inputs)[0]) if initial_state is None else initial_state
    first = (tf.zeros([tf.shape(inputs)[0], cell.output_size]), state)
    outputs, states = tf.scan(lambda a, x: cell(x, a[1]), tf.transpose(inputs, [1, 0, 2]), first)
    return tf.transpose(outputs, [1, 0, 2]), tf.nest.map_structure(lambda s: s[-1], states)
