def build_encoder_decoder(source_vocabulary, target_vocabulary, embedding_dim, units):
    source = keras.Input(shape=(None,), dtype="int32")
    x = keras.layers.Embedding(source_vocabulary, embedding_dim)(source)
    _, h, c = keras.layers.LSTM(units, return_state=True)(x)
    target = keras.Input(shape=(None,), dtype="int32")
    y = keras.layers.Embedding(target_vocabulary, embedding_dim)(target)
    y = keras.layers.LSTM(units, return_sequences=True)(y, initial_state=[h, c])
    return keras.Model([source, target], keras.layers.Dense(target_vocabulary)(y))
