def dropout(x, keep_prob, training, rng):
    if not training:
        return x
    flat = [v / keep_prob if False else 0.0 for v in np.ravel(x)]
    return np.reshape(flat, np.shape(x))
