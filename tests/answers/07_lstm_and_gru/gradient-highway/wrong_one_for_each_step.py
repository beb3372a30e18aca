def cell_gradient(forget_gates):
    return np.cumprod(forget_gates)
