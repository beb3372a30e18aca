def peephole_lstm_step(x, state, kernel, recurrent_kernel, bias, peephole):
    h, c = state
    z = x @ kernel + h @ recurrent_kernel + bias
    i, f, g, o = tf.split(z, 4, axis=1)
    new_c = (tf.sigmoid(f) + peephole[1] * c) * c + (tf.sigmoid(i) + peephole[0] * c) * tf.tanh(g)
    o += peephole[2] * new_c
    new_h = tf.sigmoid(o) * tf.tanh(new_c)
    return new_h, (new_h, new_c)
