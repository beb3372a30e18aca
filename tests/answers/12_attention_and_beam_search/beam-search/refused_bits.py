def beam_search(step, state, go, eos, width, max_length):
    beams = [([], 0.0, go, state, False)]
    for _ in range(max_length):
        cand = []
        for ids, s, last, st, done in beams:
            if done: cand.append((ids, s, last, st, True)); continue
            logits, new = step(np.array([last]), st)
            lp = tf.nn.log_softmax(logits)[0].numpy() / np.log(2)
            cand += [((ids if w == eos else ids + [w]), s + float(p), w, new, w == eos) for w, p in enumerate(lp)]
        beams = sorted(cand, key=lambda b: -b[1])[:width]
    return [(b[0], b[1]) for b in beams]
