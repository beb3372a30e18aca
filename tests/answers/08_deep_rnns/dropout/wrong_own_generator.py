def dropout(x, keep_prob, training, rng):
    if not training:
        return x
    return x * (np.random.random(x.shape) < keep_prob) / keep_prob
