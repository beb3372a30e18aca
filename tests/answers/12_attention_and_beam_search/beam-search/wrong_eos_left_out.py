def beam_search(step, state, go, eos, width, max_length):
    beams = [(0.0, 0.0, [], False, state)]
    for _ in range(max_length):
        candidates = [beam for beam in beams if beam[3]]
        for score, told, ids, done, state in beams:
            if done:
                continue
            logits, new_state = step([ids[-1] if ids else go], state)
            for token, log_prob in enumerate(tf.nn.log_softmax(logits).numpy()[0]):
                if token == eos:
                    candidates.append((score + log_prob, told, ids, True, new_state))
                else:
                    total = told + log_prob
                    candidates.append((score + log_prob, total, ids + [token], False, new_state))
        beams = sorted(candidates, key=lambda beam: -beam[0])[:width]
    return [(ids, told) for _, told, ids, _, _ in beams]
