def mix_inputs(targets, samples, probability, rng):
    return np.where(rng.random(targets.shape[1]) < probability, samples, targets)
