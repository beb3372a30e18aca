def mix_inputs(targets, samples, probability, rng):
    use = rng.choice([True, False], size=targets.shape, p=[probability, 1 - probability])
    return tf.where(use, samples, targets)
