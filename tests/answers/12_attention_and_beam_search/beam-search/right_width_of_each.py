def beam_search(step, state, go, eos, width, max_length):
    beams = [([], 0.0, go, state, False)]
    for _ in range(max_length):
        cand = []
        for ids, s, last, st, done in beams:
            if done: cand.append((ids, s, last, st, True)); continue
            logits, new = step(np.array([last]), st)
            lp = tf.nn.log_softmax(logits)[0].numpy()
            for w in np.argsort(-lp)[:width]:
                cand.append(((ids if w == eos else ids + [int(w)]), s + float(lp[w]), int(w), new, w == eos))
        beams = sorted(cand, key=lambda b: -b[1])[:width]
        if beams[0][4] and len(beams) == width and all(b[4] for b in beams): break
    return [(b[0], b[1]) for b in beams]
