def dropout(x, keep_prob, training, rng):
    if training:
        drop = rng.uniform(0, 1, size=np.shape(x)) > keep_prob
        x = np.where(drop, 0.0, np.asarray(x) / keep_prob)
    return x
