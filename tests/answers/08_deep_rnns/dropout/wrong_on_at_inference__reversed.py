def dropout(x, keep_prob, training, rng):
    if training:
        return x
    return x * (rng.random(x.shape) < keep_prob) / keep_prob
