def rnn_step(x, h, Wx, Wh, b):
    z = tf.matmul(x, Wx)
    z = tf.add(z, tf.matmul(h, Wh))
    return tf.nn.tanh(tf.nn.bias_add(z, b))
