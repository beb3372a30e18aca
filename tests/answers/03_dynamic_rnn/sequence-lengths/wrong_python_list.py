def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    state = cell.zero_state(tf.shape(inputs)[0]) if initial_state is None else initial_state
    outputs = []
    for t in tf.range(tf.shape(inputs)[1]):
        output, new_state = cell(inputs[:, t], state)
        runs = (t < sequence_length)[:, tf.newaxis]
        outputs.append(tf.where(runs, output, tf.zeros_like(output)))
        state = tf.nest.map_structure(lambda new, old: tf.where(runs, new, old), new_state, state)
    return tf.stack(outputs, axis=1), state
