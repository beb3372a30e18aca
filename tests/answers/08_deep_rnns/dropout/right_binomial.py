def dropout(x, keep_prob, training, rng):
    x = np.asarray(x)
    mask = rng.binomial(1, keep_prob, size=x.shape) if training else keep_prob
    return x * mask / keep_prob
