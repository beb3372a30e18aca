def greedy_decode(step, state, go, eos, max_length):
    n = len(tf.nest.flatten(state)[0])
    token_ids = np.full(n, go, np.int32)
    sentences, seen = [[] for _ in range(n)], np.zeros(n, bool)
    for _ in range(max_length):
        logits, state = step(token_ids, state)
        token_ids = np.argmax(logits, axis=1)
        seen |= token_ids == eos
        for row, token in enumerate(token_ids):
            sentences[row].append(int(token))
        if seen.all():
            break
    return sentences
