def luong_attention(query, memory, weight, source_length):
    query, memory, weight = (np.asarray(a, np.float64) for a in (query, memory, weight))
    scores = ((query @ weight)[:, None] * memory).sum(axis=2)
    real = np.arange(memory.shape[1]) < np.asarray(source_length)[:, None]
    powers = np.where(real, np.exp(scores), 0)
    weights = powers / powers.sum(axis=1, keepdims=True)
    return (weights[:, :, None] * memory).sum(axis=1), weights
