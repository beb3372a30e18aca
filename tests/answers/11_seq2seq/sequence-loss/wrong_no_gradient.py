def sequence_loss(logits, targets, pad=0):
    logits, targets = np.asarray(logits, np.float64), np.asarray(targets)
    shifted = logits - logits.max(axis=2, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    rows, steps = np.nonzero(targets != pad)
    return -logs[rows, steps, targets[rows, steps]].mean()
