@tf.function
def fixed_loop(cell, inputs):
    n_steps = tf.shape(inputs)[1]
    outputs = tf.TensorArray(tf.float32, n_steps)
    state = cell.zero_state(tf.shape(inputs)[0])
    for t in tf.range(n_steps):
        output, state = cell(inputs[:, t], state)
        outputs.write(t, output)
    return tf.transpose(outputs.stack(), [1, 0, 2]), state
