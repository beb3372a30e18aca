def dropout(x, keep_prob, training, rng):
    x = np.asarray(x)
    if not training:
        return x
    mask = rng.random(x.shape[-1:]) < keep_prob
    return x * mask / keep_prob
