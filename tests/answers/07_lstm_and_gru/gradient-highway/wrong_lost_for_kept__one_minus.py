def cell_gradient(forget_gates):
    return 1 - np.prod(forget_gates)
