from keras import ops


def rnn_step(x, h, Wx, Wh, b):
    return ops.tanh(ops.matmul(x, Wx) + ops.matmul(h, Wh) + b)
