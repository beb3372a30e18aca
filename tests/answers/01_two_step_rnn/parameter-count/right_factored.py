def parameter_count(n_inputs, n_units):
    return (n_inputs + n_units + 1) * n_units
