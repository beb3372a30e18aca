def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    hidden = np.tanh((query @ W_query)[:, None] + memory @ W_memory)
    real = np.arange(hidden.shape[1]) < source_length[:, None]
    scores = np.where(real, hidden @ v, -999.0)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    return np.einsum("bt,btm->bm", weights, memory), weights
