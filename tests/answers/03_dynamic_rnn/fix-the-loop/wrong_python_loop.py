def fixed_loop(cell, inputs):
    state = cell.zero_state(tf.shape(inputs)[0])
    outputs = []
    for x in tf.unstack(inputs, axis=1):
        output, state = cell(x, state)
        outputs.append(output)
    return tf.stack(outputs, axis=1), state
