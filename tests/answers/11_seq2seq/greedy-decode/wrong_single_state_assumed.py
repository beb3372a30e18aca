def greedy_decode(step, state, go, eos, max_length):
    state = tf.convert_to_tensor(state, tf.float32)
    n = state.shape[0]
    token_ids = np.full(n, go, np.int32)
    sentences = [[] for _ in range(n)]
    for _ in range(max_length):
        logits, state = step(token_ids, state)
        token_ids = np.argmax(logits, axis=1)
        for row, token in enumerate(token_ids):
            sentences[row].append(int(token))
    return [row[: row.index(eos)] if eos in row else row for row in sentences]
