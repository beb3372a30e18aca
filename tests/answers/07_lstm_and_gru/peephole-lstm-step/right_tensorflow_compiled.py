@tf.function(reduce_retracing=True)
def peephole_lstm_step(x, state, kernel, recurrent_kernel, bias, peephole):
    h, c = state
    i, f, g, o = tf.split(x @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
    for_i, for_f, for_o = tf.unstack(peephole)
    c = tf.sigmoid(f + c * for_f) * c + tf.sigmoid(i + c * for_i) * tf.tanh(g)
    h = tf.sigmoid(o + c * for_o) * tf.tanh(c)
    return h, (h, c)
