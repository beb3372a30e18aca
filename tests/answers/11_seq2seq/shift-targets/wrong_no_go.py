import numpy as np


def shift_targets(ids, go, eos, pad, length):
    ids = list(ids)[: length - 1]
    fill = [pad] * (length - 1 - len(ids))
    return np.array(ids + [pad] + fill), np.array(ids + [eos] + fill)
