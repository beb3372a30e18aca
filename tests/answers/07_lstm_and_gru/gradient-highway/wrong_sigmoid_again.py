def cell_gradient(forget_gates):
    return float(np.prod(1 / (1 + np.exp(-forget_gates))))
