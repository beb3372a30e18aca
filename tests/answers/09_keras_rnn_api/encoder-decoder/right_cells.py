def build_encoder_decoder(source_vocabulary, target_vocabulary, embedding_dim, units):
    inputs = [keras.Input([None], dtype="int32") for _ in range(2)]
    vectors = [
        keras.layers.Embedding(size, embedding_dim)(ids)
        for size, ids in zip((source_vocabulary, target_vocabulary), inputs, strict=True)
    ]
    encoder = keras.layers.RNN(keras.layers.LSTMCell(units), return_state=True)
    decoder = keras.layers.RNN(keras.layers.LSTMCell(units), return_sequences=True)
    state = encoder(vectors[0])[1:]
    outputs = decoder(vectors[1], initial_state=state)
    logits = keras.layers.TimeDistributed(keras.layers.Dense(target_vocabulary))(outputs)
    return keras.Model(inputs, logits)
