def dropout(x, keep_prob, training, rng):
    x = np.asarray(x)
    if not training:
        return x
    mask = (rng.permutation(x.size) < round(keep_prob * x.size)).reshape(x.shape)
    return x * mask / keep_prob
