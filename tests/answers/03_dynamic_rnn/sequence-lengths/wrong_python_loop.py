def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    state = cell.zero_state(inputs.shape[0]) if initial_state is None else initial_state
    outputs = []
    for t in range(inputs.shape[1]):
        output, new_state = cell(inputs[:, t], state)
        mask = (t < sequence_length)[:, None]
        outputs.append(tf.where(mask, output, 0.0))
        state = tf.nest.map_structure(lambda new, old: tf.where(mask, new, old), new_state, state)
    return tf.stack(outputs, axis=1), state
