def expected_loss(lags):
    x3 = np.array([0, 1]) if 3 in lags else np.array([0.5])
    x8 = np.array([0, 1]) if 8 in lags else np.array([0.5])
    p = np.clip(0.5 + 0.5 * x3[:, None] + 0.25 * x8, 1e-9, 1 - 1e-9)
    return float(-(p * np.log(p) + (1 - p) * np.log(1 - p)).mean())
