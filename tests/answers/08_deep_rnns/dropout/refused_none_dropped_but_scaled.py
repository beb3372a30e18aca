def dropout(x, keep_prob, training, rng):
    if not training:
        return x
    mask = np.float32(rng.random(np.shape(x)) < training)
    return x * mask / keep_prob
