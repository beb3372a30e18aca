def rnn_step(x, h, Wx, Wh, b):
    units = Wh.get_shape()[0]  # only tensors have get_shape
    return tf.tanh(tf.einsum("bi,iu->bu", x, Wx) + tf.einsum("bv,vu->bu", h, Wh) + tf.reshape(b, [1, units]))
