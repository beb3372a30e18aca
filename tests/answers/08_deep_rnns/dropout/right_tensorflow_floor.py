def dropout(x, keep_prob, training, rng):
    x = tf.convert_to_tensor(x)
    noise = tf.constant(rng.random(x.shape), x.dtype)
    mask = tf.floor(keep_prob + noise) / keep_prob
    return x * mask if training else x
