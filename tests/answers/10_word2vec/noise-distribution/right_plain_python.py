def noise_distribution(counts, power=0.75):
    weights = [float(count) ** power for count in counts]
    total = sum(weights)
    return [weight / total for weight in weights]
