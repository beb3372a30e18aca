def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    # picks the state after the last step of each; an empty sequence has none
    batch_size = inputs.shape[0]
    state = cell.zero_state(batch_size) if initial_state is None else initial_state
    first = (tf.zeros([batch_size, cell.output_size]), state)
    outputs, states = tf.scan(
        lambda before, x: cell(x, before[1]), tf.transpose(inputs, [1, 0, 2]), first
    )
    mask = tf.sequence_mask(sequence_length, tf.shape(inputs)[1], dtype=tf.float32)
    last = tf.maximum(sequence_length - 1, 0)
    return tf.transpose(outputs, [1, 0, 2]) * mask[..., tf.newaxis], tf.nest.map_structure(
        lambda part: tf.gather(tf.transpose(part, [1, 0, 2]), last, batch_dims=1), states
    )
