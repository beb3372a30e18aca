def peephole_lstm_step(x, state, kernel, recurrent_kernel, bias, peephole):
    h, c = (tf.convert_to_tensor(part) for part in state)
    i, f, g, o = tf.split(tf.matmul(x, kernel) + h @ recurrent_kernel + bias, 4, axis=1)
    see = [tf.linalg.diag(row) for row in peephole]
    i, f = tf.sigmoid(i + c @ see[0]), tf.sigmoid(f + c @ see[1])
    c = f * c + i * tf.tanh(g)
    h = tf.sigmoid(o + c @ see[2]) * tf.tanh(c)
    return h, cells.LSTMState(h, c)
