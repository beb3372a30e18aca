def mix_inputs(targets, samples, probability, rng):
    return np.where(rng.random((len(targets), 1)) < probability, samples, targets)
