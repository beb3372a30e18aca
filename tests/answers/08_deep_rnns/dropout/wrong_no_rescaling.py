def dropout(x, keep_prob, training, rng):
    if not training:
        return x
    return x * (rng.random(x.shape) < keep_prob)
