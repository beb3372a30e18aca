def count_parameters(kind, n_inputs, units):
    one = (n_inputs + units + 1) * units
    return {
        "rnn": one,
        "lstm": 4 * one,
        "peephole": 4 * one + 3 * units,
        "gru": 3 * one,
        "gru_reset_after": 3 * one + 3 * units,
    }[kind] * 1.0
