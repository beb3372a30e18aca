def dropout(x, keep_prob, training, rng):
    if not training:
        return x
    width = np.shape(x)[-1]
    kept = rng.random(np.shape(x)).argsort(axis=-1) < round(keep_prob * width)
    return x * kept / keep_prob
