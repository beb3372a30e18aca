def expected_loss(lags):
    total = 0
    for x3 in (0, 1) if 3 in lags else (0.5,):
        for x8 in (0, 1) if 8 in lags else (0.5,):
            p = 0.5 + 0.5 * x3 - 0.25 * x8
            total += sum(-q * np.log(q) for q in (p, 1 - p) if q > 0)
    return total
