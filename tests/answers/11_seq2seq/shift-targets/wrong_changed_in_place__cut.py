def shift_targets(ids, go, eos, pad, length):
    del ids[length - 1 :]
    fill = [pad] * (length - 1 - len(ids))
    return [go] + ids + fill, ids + [eos] + fill
