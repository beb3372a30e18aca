def mix_inputs(targets, samples, probability, rng):
    return (1 - probability) * targets + probability * samples
