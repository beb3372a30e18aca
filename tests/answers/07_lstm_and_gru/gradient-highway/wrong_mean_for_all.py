def cell_gradient(forget_gates):
    return np.mean(forget_gates) ** len(forget_gates)
