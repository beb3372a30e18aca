def cell_gradient(forget_gates):
    return np.prod(forget_gates) ** (1 / len(forget_gates))
