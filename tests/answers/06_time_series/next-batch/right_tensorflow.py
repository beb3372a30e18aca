def next_batch(batch_size, n_steps, rng):
    start = tf.constant(rng.uniform(0, 30 - 0.1 * n_steps, [batch_size, 1]))
    t = start + 0.1 * tf.range(n_steps + 1, dtype=tf.float64)
    values = tf.cast(t * tf.sin(t) / 3 + 2 * tf.sin(5 * t), tf.float32)[:, :, tf.newaxis]
    return values[:, :n_steps], values[:, 1:]
