def sequence_loss(logits, targets, pad=0):
    logits, targets = np.asarray(logits), np.asarray(targets)
    exps = np.exp(logits)
    picked = np.take_along_axis(exps, targets[..., None], axis=2)[..., 0]
    return np.mean(-np.log(picked / exps.sum(axis=2))[targets != pad])
