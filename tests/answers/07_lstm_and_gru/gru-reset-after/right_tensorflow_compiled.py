@tf.function(reduce_retracing=True)
def gru_step_reset_after(x, h, kernel, recurrent_kernel, bias):
    from_x = tf.split(x @ kernel + bias[0], 3, axis=1)
    from_h = tf.split(h @ recurrent_kernel + bias[1], 3, axis=1)
    z, r = (tf.sigmoid(a + b) for a, b in zip(from_x[:2], from_h[:2]))
    candidate = tf.tanh(from_x[2] + r * from_h[2])
    return candidate + z * (h - candidate)
