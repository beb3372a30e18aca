def count_parameters(kind, n_inputs, units):
    layers = {"rnn": 1, "lstm": 3, "peephole": 3, "gru": 2, "gru_reset_after": 2}[kind]
    more = {"peephole": 3 * units, "gru_reset_after": 2 * units}.get(kind, 0)
    return layers * (n_inputs + units + 1) * units + more
