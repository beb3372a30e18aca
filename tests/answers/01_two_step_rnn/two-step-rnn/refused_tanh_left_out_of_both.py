def two_step_rnn(X0, X1, Wx, Wh, b):
    Y0 = X0 @ Wx + b
    return Y0, X1 @ Wx + Y0 @ Wh + b
