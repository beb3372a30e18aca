def beam_search(step, state, go, eos, width, max_length):
    beams = [([go], 0.0)]
    for _ in range(max_length):
        alive = [i for i, (ids, _) in enumerate(beams) if ids[-1] != eos]
        if not alive:
            break
        logits, state = step(np.array([beams[i][0][-1] for i in alive]), state)
        log_probs = tf.nn.log_softmax(logits).numpy()
        candidates = [(*beam, None) for beam in beams if beam[0][-1] == eos]
        for row, i in enumerate(alive):
            ids, score = beams[i]
            for token, gain in enumerate(log_probs[row]):
                candidates.append((ids + [int(token)], score + float(gain), row))
        candidates.sort(key=lambda candidate: -candidate[1])
        candidates = candidates[:width]
        beams = [(ids, score) for ids, score, _ in candidates]
        rows = [row for ids, _, row in candidates if ids[-1] != eos]
        state = tf.nest.map_structure(lambda part: tf.gather(part, np.array(rows, np.int32)), state)
    return [([token for token in ids if token not in (go, eos)], score / (len(ids) - 1)) for ids, score in sorted(beams, key=lambda beam: -beam[1] / (len(beam[0]) - 1))]
