import math


def keep_probability(counts, threshold=1e-3):
    total = sum(float(count) for count in counts)
    result = []
    for count in counts:
        f = float(count) / total
        result.append(min(1.0, (math.sqrt(f / threshold) + 1) * threshold / f))
    return result
