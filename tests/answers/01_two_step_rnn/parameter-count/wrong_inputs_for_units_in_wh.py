def parameter_count(n_inputs, n_units):
    Wx = n_inputs * n_units
    Wh = n_inputs * n_units
    b = n_units
    return Wx + Wh + b
