def count_parameters(kind, n_inputs, units):
    layers = {"rnn": 1, "lstm": 1, "peephole": 1, "gru": 1, "gru_reset_after": 1}[kind]
    more = {"peephole": 3 * units, "gru_reset_after": 3 * units}.get(kind, 0)
    return layers * (n_inputs + units + 1) * units + more
