def dropout(x, keep_prob, training, rng):
    if not training:
        return x
    return tf.nn.experimental.stateless_dropout(x, keep_prob, seed=rng.integers(99, size=2))
