def beam_search(step, state, go, eos, width, max_length):
    beams = [([], 0.0, False, state)] * width
    for _ in range(max_length):
        candidates = [beam for beam in beams if beam[2]]
        for ids, total, finished, left in beams:
            if not finished:
                logits, new = step(np.array([ids[-1] if ids else go]), left)
                for token, log_prob in enumerate(tf.nn.log_softmax(logits)[0].numpy()):
                    said = ids if token == eos else [*ids, token]
                    candidates.append((said, total + float(log_prob), token == eos, new))
        beams = sorted(candidates, key=lambda beam: -beam[1])[:width]
    return [(ids, total) for ids, total, *_ in beams]
