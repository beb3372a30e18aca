def mix_inputs(targets, samples, probability, rng):
    mask = rng.random(np.shape(targets)) < probability
    mask = np.maximum.accumulate(mask, axis=1)
    return np.where(mask, samples, targets)
