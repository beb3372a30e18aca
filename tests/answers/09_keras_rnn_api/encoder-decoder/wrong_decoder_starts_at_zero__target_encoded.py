def build_encoder_decoder(source_vocabulary, target_vocabulary, embedding_dim, units):
    source = keras.Input([None], dtype="int32")
    target = keras.Input([None], dtype="int32")
    embedded = keras.layers.Embedding(source_vocabulary, embedding_dim)(source)
    embedded = keras.layers.Embedding(target_vocabulary, embedding_dim)(target)
    _, h, c = keras.layers.LSTM(units, return_state=True)(embedded)
    outputs = keras.layers.LSTM(units, return_sequences=True)(embedded, initial_state=[h, c])
    logits = keras.layers.Dense(target_vocabulary)(outputs)
    return keras.Model([source, target], logits)
