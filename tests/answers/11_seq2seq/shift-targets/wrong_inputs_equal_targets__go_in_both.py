def shift_targets(ids, go, eos, pad, length):
    ids = ids[: length - 1]
    row = [go] + ids + [pad] * (length - 1 - len(ids))
    return row, list(row)
