def beam_search(step, state, go, eos, width, max_length):
    """All beams in one matrix; a finished one may only repeat EOS, at no cost."""
    ids, scores, done = [[]], np.zeros(1), np.zeros(1, bool)
    last = np.array([go], np.int32)
    for _ in range(max_length):
        logits, state = step(last, state)
        log_probs = tf.nn.log_softmax(tf.cast(logits, tf.float64)).numpy()
        log_probs[done] = -np.inf
        log_probs[done, eos] = 0.0
        total = (scores[:, np.newaxis] + log_probs).ravel()
        best = np.argsort(-total, kind="stable")[: min(width, np.sum(total > -np.inf))]
        rows, tokens = np.divmod(best, log_probs.shape[1])
        ids = [ids[r] if done[r] or t == eos else ids[r] + [int(t)] for r, t in zip(rows, tokens)]
        scores, done, last = total[best], tokens == eos, tokens.astype(np.int32)
        state = np.asarray(state)[rows]
        if done.all():
            break
    return list(zip(ids, scores))
