def count_parameters(kind, n_inputs, units):
    make = {
        "rnn": lambda: cells.BasicRNNCell(units),
        "lstm": lambda: cells.LSTMCell(units),
        "peephole": lambda: cells.LSTMCell(units, use_peepholes=True),
        "gru": lambda: cells.GRUCell(units, reset_after=False),
        "gru_reset_after": lambda: cells.GRUCell(units, reset_after=True),
    }
    cell = make[kind]()
    cell(tf.zeros([1, n_inputs]), cell.zero_state(1))
    return sum(np.size(weights) for weights in cell.get_weights())
