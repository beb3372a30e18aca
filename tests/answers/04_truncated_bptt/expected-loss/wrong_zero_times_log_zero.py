def expected_loss(lags):
    losses = []
    for x3 in (0, 1):
        for x8 in (0, 1):
            p = 0.5 + 0.5 * (x3 if 3 in lags else 0.5) - 0.25 * (x8 if 8 in lags else 0.5)
            losses.append(-p * np.log(p) - (1 - p) * np.log(1 - p))
    return np.mean(losses)
