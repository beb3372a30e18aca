@tf.function
def rnn_step(x, h, Wx, Wh, b):
    x, h, Wx, Wh, b = (tf.cast(value, tf.float64) for value in (x, h, Wx, Wh, b))
    return tf.tanh(x @ Wx + h @ Wh + b)
