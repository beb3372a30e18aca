def cell_gradient(forget_gates):
    return forget_gates[0] ** len(forget_gates)
