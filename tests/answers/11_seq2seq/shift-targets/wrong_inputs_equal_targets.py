def shift_targets(ids, go, eos, pad, length):
    ids = ids[: length - 1]
    row = ids + [eos] + [pad] * (length - 1 - len(ids))
    return row, row
