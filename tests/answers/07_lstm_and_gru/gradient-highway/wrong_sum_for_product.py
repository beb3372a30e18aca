def cell_gradient(forget_gates):
    return np.sum(forget_gates)
