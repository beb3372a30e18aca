def shift_targets(ids, go, eos, pad, length):
    ids = list(ids)[: length - 1]
    padding = [pad] * (length - 1 - len(ids))
    return [go] + ids + padding, ids + [eos] + padding
