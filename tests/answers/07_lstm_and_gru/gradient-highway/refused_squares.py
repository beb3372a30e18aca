def cell_gradient(forget_gates):
    return np.prod(np.square(forget_gates))
