def count_parameters(kind, n_inputs, units):
    layers = tf.keras.layers
    cell = {
        "rnn": layers.SimpleRNNCell,
        "lstm": layers.LSTMCell,
        "peephole": layers.LSTMCell,
        "gru": lambda n: layers.GRUCell(n, reset_after=False),
        "gru_reset_after": layers.GRUCell,
    }[kind](units)
    cell.build((None, n_inputs))
    return cell.count_params() + (3 * units if kind == "peephole" else 0)
