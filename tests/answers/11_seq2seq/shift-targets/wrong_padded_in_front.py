def shift_targets(ids, go, eos, pad, length):
    ids = ids[: length - 1]
    padding = [pad] * (length - 1 - len(ids))
    return padding + [go] + ids, padding + ids + [eos]
