def shift_targets(ids, go, eos, pad, length):
    inputs = ([go] + ids + [pad] * length)[:length]
    targets = (ids + [eos] + [pad] * length)[:length]
    return inputs, targets
