def parameter_count(n_inputs, n_units):
    return 2 * (n_inputs * n_units + n_units * n_units) + n_units
