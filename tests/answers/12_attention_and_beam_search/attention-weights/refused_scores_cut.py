def attention_weights(scores, source_length):
    scores = np.clip(scores, -50, 50)
    real = np.arange(scores.shape[1]) < np.asarray(source_length)[:, None]
    e = np.exp(scores) * real
    return e / e.sum(1, keepdims=True)
