def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    batch_size = inputs.shape[0]
    state = cell.zero_state(batch_size) if initial_state is None else initial_state
    first = (tf.zeros([batch_size, cell.output_size]), state)
    outputs, states = tf.scan(
        lambda before, x: cell(x, before[1]), tf.transpose(inputs, [1, 0, 2]), first
    )

    def pick(start, part):
        all_states = tf.transpose(tf.concat([start[tf.newaxis], part], axis=0), [1, 0, 2])
        return tf.gather(all_states, sequence_length, batch_dims=1)

    return tf.transpose(outputs, [1, 0, 2]), tf.nest.map_structure(pick, state, states)
