def attention_weights(scores, source_length):
    weights = []
    for row, length in zip(np.array(scores, dtype=np.float64), np.array(source_length)):
        exp = np.exp(row[:length])
        weights.append(list(exp / sum(exp)) + [0.0] * (len(row) - length))
    return weights
