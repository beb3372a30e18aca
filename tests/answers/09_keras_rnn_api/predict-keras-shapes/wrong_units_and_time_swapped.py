keras_shapes = {
    "lstm": (4, 5),
    "lstm_sequences": (4, 5, 7),
    "lstm_state": [(4, 5), (4, 5), (4, 5)],
    "gru_both": [(4, 5, 7), (4, 5)],
    "bidirectional": (4, 10, 7),
}
