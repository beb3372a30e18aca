def dynamic_rnn(cell, inputs, initial_state=None):
    batch_size, n_steps = inputs.shape[0], tf.shape(inputs)[1]
    state = cell.zero_state(batch_size) if initial_state is None else initial_state
    outputs = tf.TensorArray(tf.float32, n_steps, element_shape=[batch_size, cell.output_size])
    sequence = tf.TensorArray(tf.float32, n_steps).unstack(tf.transpose(inputs, [1, 0, 2]))

    def cond(t, state, outputs):
        return t < n_steps

    def body(t, state, outputs):
        output, state = cell(sequence.read(t), state)
        return [t + 1, state, outputs.write(t, output)]

    t, state, outputs = tf.while_loop(cond, body, [tf.constant(0), state, outputs])
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
