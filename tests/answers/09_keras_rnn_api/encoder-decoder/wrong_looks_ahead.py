def build_encoder_decoder(source_vocabulary, target_vocabulary, embedding_dim, units):
    source, target = (keras.Input([None], dtype="int32") for _ in range(2))
    x = keras.layers.Embedding(source_vocabulary, embedding_dim)(source)
    y = keras.layers.Embedding(target_vocabulary, embedding_dim)(target)
    last, h, c = keras.layers.LSTM(units, return_state=True)(x)
    decoder = keras.layers.Bidirectional(keras.layers.LSTM(units, return_sequences=True))
    outputs = decoder(y, initial_state=[h, c, h, c])
    logits = keras.layers.Dense(target_vocabulary)(outputs)
    return keras.Model([source, target], logits)
