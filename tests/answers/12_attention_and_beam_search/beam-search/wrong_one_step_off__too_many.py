import numpy as np
import tensorflow as tf


def beam_search(step, state, go, eos, width, max_length):
    beams = [([], 0.0, go, state, False)]
    for _ in range(max_length + 1):
        candidates = []
        for ids, score, last, st, finished in beams:
            if finished:
                candidates.append((ids, score, last, st, True))
                continue
            logits, new = step(np.array([last]), st)
            logp = tf.nn.log_softmax(logits, axis=1)[0].numpy()
            for w, lp in enumerate(logp):
                if w == eos:
                    candidates.append((ids, score + float(lp), w, new, True))
                else:
                    candidates.append((ids + [w], score + float(lp), w, new, False))
        candidates.sort(key=lambda beam: -beam[1])
        beams = candidates[:width]
        if all(beam[4] for beam in beams):
            break
    return [(ids, score) for ids, score, *_ in beams]
