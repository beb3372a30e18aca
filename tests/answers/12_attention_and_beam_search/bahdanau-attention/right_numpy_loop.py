def bahdanau_attention(query, memory, W_query, W_memory, v, source_length):
    contexts, rows = [], []
    for q, steps, length in zip(np.array(query), np.array(memory), np.array(source_length)):
        hidden = [np.tanh(q @ np.array(W_query) + s @ np.array(W_memory)) for s in steps[:length]]
        scores = np.array(hidden) @ np.array(v)
        powers = np.exp(scores - max(scores))
        rows.append(np.append(powers / powers.sum(), np.zeros(len(steps) - length)))
        contexts.append(rows[-1] @ steps)
    return np.array(contexts), np.array(rows)
