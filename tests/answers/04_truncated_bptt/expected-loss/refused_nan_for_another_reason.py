def expected_loss(lags):
    contexts = [
        0.5 + 0.5 * three + 0.25 * eight
        for three in ((0, 1) if 3 in lags else (0.5,))
        for eight in ((0, 1) if 8 in lags else (0.5,))
    ]
    p = np.array(contexts)
    return float(np.mean(-p * np.log(p) - (1 - p) * np.log(1 - p)))
