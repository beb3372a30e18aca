def lstm_step(x, state, kernel, recurrent_kernel, bias):
    h, c = state
    sums = tf.matmul(x, kernel) + tf.matmul(h, recurrent_kernel) + bias
    i, f, g, o = tf.split(sums, 4, axis=1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    h = o * tf.tanh(c)
    return h, (h, c)
