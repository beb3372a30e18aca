def greedy_decode(step, state, go, eos, max_length):
    n = len(tf.nest.flatten(state)[0]); tok = np.full(n, go); out = [[] for _ in range(n)]; done = np.zeros(n, bool)
    for _ in range(max_length):
        logits, state = step(tok, state); tok = np.argmax(logits, 1); done |= tok == eos
        for r in np.flatnonzero(~done): out[r].append(int(tok[r]))
        tok = np.where(done, go, tok)
        if done.all(): break
    return out
