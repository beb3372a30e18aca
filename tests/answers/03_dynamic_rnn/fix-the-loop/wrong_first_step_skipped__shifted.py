def fixed_loop(cell, inputs):
    inputs = tf.transpose(inputs, [1, 0, 2])  # [time, batch, features]
    n_steps = tf.shape(inputs)[0]
    outputs = tf.TensorArray(tf.float32, n_steps - 1)
    state = cell.zero_state(tf.shape(inputs)[1])

    def body(t, outputs, state):
        results = cell(inputs[t], state)  # the output and the new state
        outputs = outputs.write(t - 1, results[0])
        return t + 1, outputs, results[1]

    _, outputs, state = tf.while_loop(lambda t, *_: t < n_steps, body, (1, outputs, state))
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
