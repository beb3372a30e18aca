def dropout(x, keep_prob, training, rng):
    return x * (rng.random(x.shape) < keep_prob) / keep_prob
