batch, time, units = 4, 7, 5
last, every = [batch, units], [batch, time, units]
keras_shapes = dict(
    lstm=[last],
    lstm_sequences=every,
    lstm_state=(last, last, last),
    gru_both=(every, last),
    bidirectional=[batch, time, 2 * units],
)
