@tf.function
def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    state = cell.zero_state(tf.shape(inputs)[0]) if initial_state is None else initial_state
    n_steps = tf.shape(inputs)[1]
    outputs = tf.TensorArray(tf.float32, n_steps)
    for t in tf.range(n_steps):
        output, new_state = cell(inputs[:, t], state)
        real = tf.reshape(t < sequence_length, [-1, 1])
        outputs = outputs.write(t, tf.where(real, output, tf.zeros_like(output)))
        state = tf.nest.map_structure(lambda new, old: tf.where(real, new, old), new_state, state)
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
