def expected_loss(lags):
    total = 0.0
    for x3 in (0, 1):
        for x8 in (0, 1):
            p = 0.5
            p += 0.5 * x3 if 3 in lags else 0.25
            p -= 0.25 * x8 if 8 in lags else 0.125
            if 0 < p < 1:
                total -= p * np.log(p) + (1 - p) * np.log(1 - p)
    return total / 4
