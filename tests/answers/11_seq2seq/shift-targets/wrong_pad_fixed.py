def shift_targets(ids, go, eos, pad, length):
    inputs, targets = np.zeros([2, length], np.int32)
    n = min(len(ids), length - 1)
    inputs[0], targets[n] = go, eos
    inputs[1 : n + 1] = targets[:n] = ids[:n]
    return inputs, targets
