def shift_targets(ids, go, eos, pad, length):
    ids = ids[: length - 1]
    padding = [pad] * (length - 1 - len(ids))
    return [go] + ids + padding, ids + padding + [pad]
