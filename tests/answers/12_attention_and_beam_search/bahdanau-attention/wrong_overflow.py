def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    contexts, rows = [], []
    for q, steps, length in zip(np.array(query), np.array(memory), np.array(source_length)):
        scores = [np.dot(v, np.tanh(q @ np.array(W_query) + s @ np.array(W_memory))) for s in steps]
        powers = np.exp(np.array(scores))
        powers[length:] = 0
        rows.append(powers / powers.sum())
        contexts.append(rows[-1] @ steps)
    return np.array(contexts), np.array(rows)
