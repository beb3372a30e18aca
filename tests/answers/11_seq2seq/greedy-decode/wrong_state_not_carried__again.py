def greedy_decode(step, state, go, eos, max_length):
    n = len(tf.nest.flatten(state)[0])
    token_ids = np.full(n, go, np.int32)
    sentences = [[] for _ in range(n)]
    finished = [False] * n
    for _ in range(max_length):
        logits, _ = step(token_ids, state)
        token_ids = np.argmax(logits, axis=1)
        for row, token in enumerate(token_ids):
            finished[row] = finished[row] or token == eos
            if not finished[row]:
                sentences[row].append(int(token))
        if all(finished):
            break
    return sentences
