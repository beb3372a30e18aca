def beam_search(step, state, go, eos, width, max_length):
    beams, finished = [(0.0, [], state)], []
    for _ in range(max_length):
        candidates = []
        for score, ids, state in beams:
            logits, new_state = step([ids[-1] if ids else go], state)
            for token, log_prob in enumerate(tf.nn.log_softmax(logits).numpy()[0]):
                if token == eos:
                    finished.append((ids, score + log_prob))
                else:
                    candidates.append((score + log_prob, ids + [token], new_state))
        beams = sorted(candidates, key=lambda beam: -beam[0])[:width]
    finished += [(ids, score) for score, ids, _ in beams]
    return sorted(finished, key=lambda pair: -pair[1])[:width]
