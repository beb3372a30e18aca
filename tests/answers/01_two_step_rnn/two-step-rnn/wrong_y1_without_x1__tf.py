def two_step_rnn(X0, X1, Wx, Wh, b):
    Y0 = tf.tanh(X0 @ Wx + b)
    Y1 = tf.tanh(Y0 @ Wh + b)
    return Y0, Y1
