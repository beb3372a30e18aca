@tf.function
def dynamic_rnn(cell, inputs, initial_state=None):
    state = cell.zero_state(tf.shape(inputs)[0]) if initial_state is None else initial_state
    n_steps = tf.shape(inputs)[1]
    outputs = tf.TensorArray(tf.float32, n_steps)
    for t in tf.range(n_steps):
        output, state = cell(inputs[:, t, :], state)
        outputs = outputs.write(t, output)
    return outputs.stack(), state
