def fixed_loop(cell, inputs):
    inputs = tf.transpose(inputs, [1, 0, 2])
    n_steps = tf.shape(inputs)[0]
    outputs = tf.TensorArray(tf.float32, n_steps, clear_after_read=False)
    state = cell.zero_state(inputs.shape[1])

    def body(left, outputs, state):
        t = n_steps - left
        output, state = cell(tf.gather(inputs, t), state)
        return left - 1, outputs.write(t, output), state

    _, outputs, state = tf.while_loop(lambda left, *_: left > 0, body, (n_steps, outputs, state))
    return tf.einsum("tbu->btu", outputs.stack()), state
