def dropout(x, keep_prob, training, rng):
    if not training:
        return x
    return np.where(rng.random(np.shape(x)) < keep_prob, x / keep_prob, -1.0)
