def peephole_lstm_step(x, state, kernel, recurrent_kernel, bias, peephole):
    h, c = state
    i, f, g, o = tf.split(x @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
    i, f = tf.sigmoid(i + peephole[0] * c), tf.sigmoid(f + peephole[1] * c)
    c = f * c + i * tf.tanh(g)
    o = tf.sigmoid(o + peephole[2] * c)
    h = o * tf.tanh(c)
    return h, h, c
