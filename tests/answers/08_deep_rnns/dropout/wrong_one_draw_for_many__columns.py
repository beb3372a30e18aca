def dropout(x, keep_prob, training, rng):
    if not training:
        return x
    return x * (rng.random(x.shape[1:] or x.shape) < keep_prob) / keep_prob
