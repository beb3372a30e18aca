def expected_loss(lags):
    H = lambda p: -sum(q * np.log(q) for q in (p, 1 - p) if q > 0)
    if lags == set():
        return H(0.625)
    if lags == {3}:
        return (H(0.375) + H(0.875)) / 2
    if lags == {8}:
        return (H(0.75) + H(0.5)) / 2
    return (H(0.5) + H(1.0) + H(0.25) + H(0.75)) / 4
