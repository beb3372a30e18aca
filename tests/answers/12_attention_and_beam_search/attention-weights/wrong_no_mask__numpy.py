def attention_weights(scores, source_length):
    exp = np.exp(scores)
    return exp / np.sum(exp, axis=1, keepdims=True)
