def expected_loss(lags):
    x3, x8 = np.meshgrid([0, 1] if 3 in lags else [0.5], [0, 1] if 8 in lags else [0.5])
    p = np.clip(0.5 + 0.5 * x3 - 0.25 * x8, 1e-12, 1 - 1e-12)
    return np.mean(-p * np.log(p) - (1 - p) * np.log(1 - p))
