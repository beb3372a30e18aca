def fixed_loop(cell, inputs):
    inputs = np.transpose(inputs, [1, 0, 2])
    n_steps = len(inputs)
    outputs = tf.TensorArray(tf.float32, n_steps)
    state = cell.zero_state(inputs.shape[1])

    def body(t, outputs, state):
        output, state = cell(tf.gather(inputs, t), state)
        outputs = outputs.write(t, output)
        return t + 1, outputs, state

    _, outputs, state = tf.while_loop(lambda t, *_: t < n_steps, body, (0, outputs, state))
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
