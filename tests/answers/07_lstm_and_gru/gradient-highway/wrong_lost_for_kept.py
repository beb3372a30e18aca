def cell_gradient(forget_gates):
    return np.prod(1 - forget_gates)
