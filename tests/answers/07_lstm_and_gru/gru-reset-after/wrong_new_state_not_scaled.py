def gru_step_reset_after(x, h, kernel, recurrent_kernel, bias):
    x_z, x_r, x_h = tf.split(x @ kernel + bias[0], 3, axis=1)
    h_z, h_r, h_h = tf.split(h @ recurrent_kernel + bias[1], 3, axis=1)
    z = tf.sigmoid(x_z + h_z)
    r = tf.sigmoid(x_r + h_r)
    candidate = tf.tanh(x_h + r * h_h)
    return z * h + candidate
