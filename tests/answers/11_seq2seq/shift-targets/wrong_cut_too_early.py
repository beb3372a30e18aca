import numpy as np


def shift_targets(ids, go, eos, pad, length):
    ids = list(ids)[: max(0, length - 2)]
    fill = [pad] * (length - 1 - len(ids))
    return np.array([go] + ids + fill), np.array(ids + [eos] + fill)
