def parameter_count(n_inputs, n_units):
    return n_inputs * n_units + n_units * n_units
