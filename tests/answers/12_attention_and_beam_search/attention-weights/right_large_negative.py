def attention_weights(scores, source_length):
    real = np.arange(scores.shape[1]) < np.asarray(source_length)[:, None]
    scores = np.where(real, scores, -1e9)
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)
