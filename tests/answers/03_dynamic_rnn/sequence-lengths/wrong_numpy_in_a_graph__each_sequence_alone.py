def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    first = cell.zero_state(len(inputs)) if initial_state is None else initial_state
    rows, states = [], []
    for i in range(len(inputs)):
        state = tf.nest.map_structure(lambda part: part[i : i + 1], first)
        row = np.zeros([inputs.shape[1], cell.output_size], np.float32)
        for t in range(int(sequence_length[i])):
            output, state = cell(inputs[i : i + 1, t], state)
            row[t] = output[0]
        rows.append(row)
        states.append(state)
    return np.stack(rows), tf.nest.map_structure(lambda *parts: tf.concat(parts, 0), *states)
