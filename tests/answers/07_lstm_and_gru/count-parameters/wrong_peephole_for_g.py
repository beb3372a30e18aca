def count_parameters(kind, n_inputs, units):
    layer = (n_inputs + units + 1) * units
    layers = {"rnn": 1, "lstm": 4, "peephole": 4, "gru": 3, "gru_reset_after": 3}[kind]
    extra = {"peephole": 4 * units, "gru_reset_after": 3 * units}.get(kind, 0)
    return layers * layer + extra
