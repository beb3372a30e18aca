def mix_inputs(targets, samples, probability, rng):
    return samples if rng.random() < probability else targets
