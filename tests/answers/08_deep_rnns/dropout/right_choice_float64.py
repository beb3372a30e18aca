def dropout(x, keep_prob, training, rng):
    x = np.array(x, dtype=np.float64)
    if training:
        x *= rng.choice([0, 1 / keep_prob], size=x.shape, p=[1 - keep_prob, keep_prob])
    return x
