def shift_targets(ids, go, eos, pad, length):
    whole = [go, *ids[: length - 1], eos]
    row = whole + [pad] * (length + 1 - len(whole))
    inputs, targets = row[:-1], row[1:]
    return [pad if i == eos else i for i in inputs], targets
