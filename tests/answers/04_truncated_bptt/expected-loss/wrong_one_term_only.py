def expected_loss(lags):
    values3 = (0, 1) if 3 in lags else (0.5,)
    values8 = (0, 1) if 8 in lags else (0.5,)
    losses = []
    for x3 in values3:
        for x8 in values8:
            p = 0.5 + 0.5 * x3 - 0.25 * x8
            losses.append(-sum(q * np.log(q) for q in (p,) if q > 0))
    return float(np.mean(losses))
