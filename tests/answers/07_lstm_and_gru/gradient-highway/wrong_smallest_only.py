def cell_gradient(forget_gates):
    return np.min(forget_gates)
