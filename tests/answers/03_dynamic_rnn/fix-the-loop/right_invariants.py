def fixed_loop(cell, inputs):
    inputs = tf.convert_to_tensor(inputs)
    n_steps = tf.shape(inputs)[1]
    outputs = tf.TensorArray(
        tf.float32, size=0, dynamic_size=True, element_shape=[None, cell.output_size]
    )
    state = cell.zero_state(tf.shape(inputs)[0])

    def condition(t, outputs, state):
        return tf.less(t, n_steps)

    def body(t, outputs, state):
        output, new_state = cell(inputs[:, t, :], state)
        return [tf.add(t, 1), outputs.write(t, output), new_state]

    _, outputs, state = tf.while_loop(condition, body, [tf.constant(0), outputs, state])
    return tf.transpose(outputs.stack(), perm=[1, 0, 2]), state
