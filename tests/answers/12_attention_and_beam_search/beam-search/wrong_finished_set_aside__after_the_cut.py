def beam_search(step, state, go, eos, width, max_length):
    beams, finished = [([], 0.0, state)], []
    for _ in range(max_length):
        candidates = []
        for ids, score, left in beams:
            logits, new_state = step(np.array([ids[-1] if ids else go]), left)
            for token, gain in enumerate(tf.nn.log_softmax(logits)[0].numpy()):
                candidates.append((ids + [token], score + float(gain), new_state))
        best = sorted(candidates, key=lambda candidate: -candidate[1])[:width]
        finished += [(ids[:-1], score) for ids, score, _ in best if ids[-1] == eos]
        beams = [beam for beam in best if beam[0][-1] != eos]
    found = finished + [(ids, score) for ids, score, _ in beams]
    return sorted(found, key=lambda pair: -pair[1])[:width]
