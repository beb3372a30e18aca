def shift_targets(ids, go, eos, pad, length):
    row = [go] + ids[: length - 1] + [eos] + [pad] * length
    return row[:length], row[1 : length + 1]
