def greedy_decode(step, state, go, eos, max_length):
    n = len(tf.nest.flatten(state)[0])
    token_ids = np.full(n, go, np.int32)
    sentences = [[] for _ in range(n)]
    for _ in range(max_length - 1):
        logits, state = step(token_ids, state)
        token_ids = np.argmax(logits, axis=1)
        for row, token in enumerate(token_ids):
            sentences[row].append(int(token))
    return [row[: row.index(eos)] if eos in row else row for row in sentences]
