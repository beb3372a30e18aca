@tf.function(reduce_retracing=True)
def lstm_step(x, state, kernel, recurrent_kernel, bias):
    h, c = state
    both = tf.concat([x, h], axis=1) @ tf.concat([kernel, recurrent_kernel], axis=0) + bias
    i, f, g, o = tf.split(both, 4, axis=1)
    c = tf.nn.sigmoid(f) * c + tf.nn.sigmoid(i) * tf.nn.tanh(g)
    h = tf.nn.sigmoid(o) * tf.nn.tanh(c)
    return [h, [h, c]]
