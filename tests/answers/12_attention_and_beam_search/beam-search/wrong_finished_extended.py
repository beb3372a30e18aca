def beam_search(step, state, go, eos, width, max_length):
    beams = [(0.0, [], state)]
    for _ in range(max_length):
        candidates = []
        for score, ids, state in beams:
            logits, new_state = step([ids[-1] if ids else go], state)
            for token, log_prob in enumerate(tf.nn.log_softmax(logits).numpy()[0]):
                candidates.append((score + log_prob, ids + [token], new_state))
        beams = sorted(candidates, key=lambda beam: -beam[0])[:width]
    return [(ids[: ids.index(eos)] if eos in ids else ids, score) for score, ids, _ in beams]
