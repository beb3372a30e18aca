def cell_gradient(forget_gates):
    return float(forget_gates[-1])
