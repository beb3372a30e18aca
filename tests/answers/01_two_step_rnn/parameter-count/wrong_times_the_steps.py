def parameter_count(n_inputs, n_units):
    n_steps = 2
    return n_steps * (n_inputs * n_units + n_units * n_units + n_units)
