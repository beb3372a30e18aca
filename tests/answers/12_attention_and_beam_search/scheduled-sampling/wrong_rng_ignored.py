def mix_inputs(targets, samples, probability, rng):
    return np.where(np.random.random(np.shape(targets)) < probability, samples, targets)
