def lstm_step(x, state, kernel, recurrent_kernel, bias):
    cell = tf.keras.layers.LSTMCell(recurrent_kernel.shape[0])
    cell.build(x.shape)
    cell.set_weights([kernel, recurrent_kernel, bias])
    output, new_state = cell(x, list(state))
    return output, tuple(new_state)
