import numpy as np


def decode_train(encode, step, source, decoder_inputs):
    state = encode(source)
    logits = []
    for t in range(decoder_inputs.shape[1]):
        out, state = step(decoder_inputs[:, t], state)
        logits.append(out)
    return np.stack([np.asarray(l) for l in logits], axis=1)
