def dynamic_rnn_with_lengths(cell, inputs, sequence_length, initial_state=None):
    return unroll.dynamic_rnn(cell, inputs, sequence_length, initial_state)
