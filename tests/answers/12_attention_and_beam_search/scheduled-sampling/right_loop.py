def mix_inputs(targets, samples, probability, rng):
    mixed = np.array(targets)
    for i in range(mixed.shape[0]):
        for t in range(mixed.shape[1]):
            if rng.random() < probability:
                mixed[i, t] = samples[i, t]
    return mixed
