def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    # runs over all steps, then picks the state at each end; the first state stands before step 0
    batch_size = inputs.shape[0]
    state = cell.zero_state(batch_size) if initial_state is None else initial_state
    first = (tf.zeros([batch_size, cell.output_size]), state)
    steps = tf.transpose(inputs, [1, 0, 2])
    outputs, states = tf.scan(lambda before, x: cell(x, before[1]), steps, first)
    outputs = tf.transpose(outputs, [1, 0, 2])
    mask = tf.sequence_mask(sequence_length, tf.shape(inputs)[1], dtype=tf.float32)

    def pick(start, part):
        all_states = tf.concat([start[tf.newaxis], part], axis=0)  # [1 + time, batch, width]
        return tf.gather(tf.transpose(all_states, [1, 0, 2]), sequence_length, batch_dims=1)

    return outputs * mask[..., tf.newaxis], tf.nest.map_structure(pick, state, states)
