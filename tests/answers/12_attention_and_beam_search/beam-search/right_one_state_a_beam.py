def beam_search(step, state, go, eos, width, max_length):
    """Each beam carries a state of one row of its own."""
    beams = [(0.0, [], False, state)]
    for _ in range(max_length):
        candidates = [beam for beam in beams if beam[2]]
        for score, ids, done, state in beams:
            if done:
                continue
            logits, new_state = step([ids[-1] if ids else go], state)
            logits = np.asarray(logits, np.float64)[0]
            log_probs = logits - np.log(np.sum(np.exp(logits - logits.max()))) - logits.max()
            for token, log_prob in enumerate(log_probs):
                candidates.append((score + log_prob, ids + [token], token == eos, new_state))
        beams = sorted(candidates, key=lambda beam: beam[0], reverse=True)[:width]
    return [(ids[:-1] if done else ids, score) for score, ids, done, _ in beams]
