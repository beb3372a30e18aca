def build_encoder_decoder(source_vocabulary, target_vocabulary, embedding_dim, units):
    source = keras.Input([None], dtype="int32")
    target = keras.Input([None], dtype="int32")
    embedded = keras.layers.Embedding(source_vocabulary, embedding_dim)(source)
    _, h, c = keras.layers.LSTM(units, return_state=True)(embedded)
    embedded = keras.layers.Embedding(target_vocabulary, embedding_dim)(target)
    outputs = keras.layers.LSTM(units, return_sequences=True)(embedded)
    logits = keras.layers.Dense(target_vocabulary)(outputs)
    return keras.Model([source, target], logits)
