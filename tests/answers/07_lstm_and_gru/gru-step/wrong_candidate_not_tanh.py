def gru_step(x, h, kernel, recurrent_kernel, bias):
    x_z, x_r, x_h = tf.split(x @ kernel + bias, 3, axis=1)
    U_z, U_r, U_h = tf.split(recurrent_kernel, 3, axis=1)
    z = tf.sigmoid(x_z + h @ U_z)
    r = tf.sigmoid(x_r + h @ U_r)
    candidate = tf.sigmoid(x_h + (r * h) @ U_h)
    return z * h + (1 - z) * candidate
