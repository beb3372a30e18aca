def mix_inputs(targets, samples, probability, rng):
    mask = rng.random(np.shape(targets)) < probability
    mask[:, 0] = False
    return np.where(mask, samples, targets)
