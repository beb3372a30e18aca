def count_parameters(kind, n_inputs, units):
    layers = {"rnn": 1, "lstm": 4, "peephole": 4, "gru": 3, "gru_reset_after": 3}[kind]
    more = {"peephole": 3 * units * units, "gru_reset_after": 3 * units}.get(kind, 0)
    return layers * (n_inputs + units + 1) * units + more
