def mix_inputs(targets, samples, probability, rng):
    keep = rng.uniform(size=np.shape(targets)) >= probability
    return np.asarray(targets) * keep + np.asarray(samples) * ~keep
