def rnn_step(x, h, Wx, Wh, b):
    return tf.tanh(x @ Wh + h @ Wx + b)
