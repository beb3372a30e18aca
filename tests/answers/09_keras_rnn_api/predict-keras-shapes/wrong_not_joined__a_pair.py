keras_shapes = {
    "lstm": (4, 5),
    "lstm_sequences": (4, 7, 5),
    "lstm_state": [(4, 5), (4, 5), (4, 5)],
    "gru_both": [(4, 7, 5), (4, 5)],
    "bidirectional": [(4, 7, 5), (4, 7, 5)],
}
