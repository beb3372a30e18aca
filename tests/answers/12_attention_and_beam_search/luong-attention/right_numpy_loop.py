def luong_attention(query, memory, weight, source_length):
    contexts, rows = [], []
    for q, steps, length in zip(np.array(query), np.array(memory), np.array(source_length)):
        scores = np.array([q @ np.array(weight) @ step for step in steps[:length]])
        powers = np.exp(scores - scores.max())
        row = np.zeros(len(steps))
        row[:length] = powers / powers.sum()
        contexts.append(row @ steps)
        rows.append(row)
    return np.array(contexts), np.array(rows)
