def rnn_step(x, h, Wx, Wh, b):
    return tf.tanh(tf.matmul(x, Wx) + tf.multiply(h, Wh) + b)
