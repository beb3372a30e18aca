def fixed_loop(cell, inputs):
    state = cell.zero_state(tf.shape(inputs)[0])
    outputs = []
    for t in range(int(tf.shape(inputs)[1])):
        output, state = cell(inputs[:, t], state)
        outputs.append(output)
    return tf.stack(outputs, axis=1), state
