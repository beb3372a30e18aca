def gru_step(x, h, kernel, recurrent_kernel, bias):
    x_z, x_r, x_h = tf.split(x @ kernel + bias, 3, axis=1)
    U_z, U_r, U_h = tf.split(recurrent_kernel, 3, axis=1)
    z = (x_z + h @ U_z)
    r = (x_r + h @ U_r)
    candidate = tf.tanh(x_h + (r * h) @ U_h)
    return z * h + (1 - z) * candidate
