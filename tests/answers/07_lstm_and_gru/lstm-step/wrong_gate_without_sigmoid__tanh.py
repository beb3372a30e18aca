def lstm_step(x, state, kernel, recurrent_kernel, bias):
    h, c = state
    sums = tf.matmul(x, kernel) + tf.matmul(h, recurrent_kernel) + bias
    i, f, g, o = tf.split(sums, 4, axis=1)
    c = tf.tanh(f) * c + tf.tanh(i) * tf.tanh(g)
    h = tf.tanh(o) * tf.tanh(c)
    return h, (h, c)
