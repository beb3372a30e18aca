def count_parameters(kind, n_inputs, units):
    layers = {"rnn": 1, "lstm": 4, "peephole": 4, "gru": 3, "gru_reset_after": 3}[kind]
    peepholes = 3 * units if kind == "peephole" else 0
    return layers * (n_inputs + units) * units + units + peepholes
