def expected_loss(lags):
    contexts = [
        0.5 + 0.5 * three - 0.25 * eight
        for three in ((0, 1) if 3 in lags else (0.5,))
        for eight in ((0, 1) if 8 in lags else (0.5,))
    ]
    terms = [-sum(q * np.log10(q) for q in (p, 1 - p) if q > 0) for p in contexts]
    return sum(terms) / len(terms)
