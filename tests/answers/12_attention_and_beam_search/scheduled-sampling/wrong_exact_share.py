def mix_inputs(targets, samples, probability, rng):
    mask = np.zeros(np.size(targets), bool)
    mask[: round(probability * mask.size)] = True
    return np.where(rng.permutation(mask).reshape(np.shape(targets)), samples, targets)
