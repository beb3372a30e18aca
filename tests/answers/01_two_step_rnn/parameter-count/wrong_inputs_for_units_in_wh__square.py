def parameter_count(n_inputs, n_units):
    return n_inputs * n_units + n_inputs**2 + n_units
