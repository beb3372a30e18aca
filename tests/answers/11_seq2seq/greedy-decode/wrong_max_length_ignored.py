def greedy_decode(step, state, go, eos, max_length):
    n = len(tf.nest.flatten(state)[0])
    token_ids = np.full(n, go, np.int32)
    sentences, running = [[] for _ in range(n)], np.ones(n, bool)
    while running.any():
        logits, state = step(token_ids, state)
        token_ids = np.argmax(logits, axis=1)
        running &= token_ids != eos
        for row in np.flatnonzero(running):
            sentences[row].append(int(token_ids[row]))
    return sentences
