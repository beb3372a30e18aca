x = tf.zeros([4, 7, 3])
gru = keras.layers.GRU(5, return_sequences=True, return_state=True)
keras_shapes = {
    "lstm": keras.layers.LSTM(5)(x).shape,
    "lstm_sequences": keras.layers.LSTM(5, return_sequences=True)(x).shape,
    "lstm_state": [part.shape for part in keras.layers.LSTM(5, return_state=True)(x)],
    "gru_both": tuple(part.shape for part in gru(x)),
    "bidirectional": keras.layers.Bidirectional(keras.layers.LSTM(5, return_sequences=True))(
        x
    ).shape,
}
