def mix_inputs(targets, samples, probability, rng):
    rng = np.random.default_rng(0)
    return np.where(rng.random(np.shape(targets)) < probability, samples, targets)
