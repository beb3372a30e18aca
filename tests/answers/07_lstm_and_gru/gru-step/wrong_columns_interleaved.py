def gru_step(x, h, kernel, recurrent_kernel, bias):
    x_z, x_r, x_h = tf.unstack(tf.reshape(x @ kernel + bias, [len(x), -1, 3]), axis=2)
    U_z, U_r, U_h = (recurrent_kernel[:, k::3] for k in range(3))
    z = tf.sigmoid(x_z + h @ U_z)
    r = tf.sigmoid(x_r + h @ U_r)
    candidate = tf.tanh(x_h + (r * h) @ U_h)
    return z * h + (1 - z) * candidate
