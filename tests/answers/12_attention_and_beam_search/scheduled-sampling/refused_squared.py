def mix_inputs(targets, samples, probability, rng):
    return np.where(rng.random(np.shape(targets)) < probability**2, samples, targets)
