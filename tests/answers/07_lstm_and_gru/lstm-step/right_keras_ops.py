def lstm_step(x, state, kernel, recurrent_kernel, bias):
    ops = tf.keras.ops
    sums = ops.matmul(x, kernel) + ops.matmul(state[0], recurrent_kernel) + bias
    i, f, g, o = ops.split(sums, 4, axis=-1)
    c = ops.sigmoid(f) * state[1] + ops.sigmoid(i) * ops.tanh(g)
    h = ops.sigmoid(o) * ops.tanh(c)
    return h, cells.LSTMState(h, c)
