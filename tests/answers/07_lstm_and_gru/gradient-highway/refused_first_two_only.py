def cell_gradient(forget_gates):
    gradient = 1.0
    for gate in forget_gates[:7]:
        gradient *= gate
    return gradient
