def dropout(x, keep_prob, training, rng):
    if not training:
        return tf.convert_to_tensor(x)
    seed = rng.integers(2**31, size=2)
    return tf.nn.experimental.stateless_dropout(tf.convert_to_tensor(x), 1 - keep_prob, seed=seed)
