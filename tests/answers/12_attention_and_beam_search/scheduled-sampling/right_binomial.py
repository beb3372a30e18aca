def mix_inputs(targets, samples, probability, rng):
    coin = rng.binomial(1, probability, size=tuple(targets.shape))
    return coin * samples + (1 - coin) * targets
