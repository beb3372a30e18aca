def dropout(x, keep_prob, training, rng):
    if not training:
        return x
    mask = rng.random(len(x)) < keep_prob
    return x * mask.reshape(-1, *[1] * (np.ndim(x) - 1)) / keep_prob
