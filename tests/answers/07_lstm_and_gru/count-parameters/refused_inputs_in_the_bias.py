def count_parameters(kind, n_inputs, units):
    layers = {"rnn": 1, "lstm": 4, "peephole": 4, "gru": 3, "gru_reset_after": 3}[kind]
    extra = 3 * units if kind in ("peephole", "gru_reset_after") else 0
    return layers * (n_inputs * units + units**2 + n_inputs) + extra
