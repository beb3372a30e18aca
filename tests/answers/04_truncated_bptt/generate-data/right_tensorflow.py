def generate(size, rng):
    x = tf.constant(rng.random(size) < 0.5)
    padded = tf.concat([tf.zeros([8]), tf.cast(x, tf.float32)], axis=0)
    p = 0.5 + 0.5 * padded[5 : size + 5] - 0.25 * padded[:size]
    return tf.cast(x, tf.int32), tf.cast(rng.random(size) < p.numpy(), tf.int32)
