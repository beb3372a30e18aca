def cell_gradient(forget_gates):
    return float(np.sum(np.cumprod(forget_gates)))
