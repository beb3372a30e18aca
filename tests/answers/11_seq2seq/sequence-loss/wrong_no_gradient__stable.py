import numpy as np


def sequence_loss(logits, targets, pad=0):
    l = np.asarray(logits) - np.max(logits, -1, keepdims=True)
    lp = l - np.log(np.exp(l).sum(-1, keepdims=True))
    chosen = np.take_along_axis(lp, np.asarray(targets)[..., None], -1)[..., 0]
    real = np.asarray(targets) != pad
    return -chosen[real].mean()
