def build_encoder_decoder(source_vocabulary, target_vocabulary, embedding_dim, units):
    target, source = (keras.Input([None], dtype="int32", name=n) for n in ("target", "source"))
    decoder = keras.layers.LSTM(units, return_sequences=True, name="decoder")
    encoder = keras.layers.LSTM(units, return_state=True, return_sequences=True, name="encoder")
    embed = keras.layers.Embedding
    every, h, c = encoder(embed(source_vocabulary, embedding_dim, mask_zero=True)(source))
    hidden = decoder(embed(target_vocabulary, embedding_dim)(target), initial_state=(h, c))
    logits = keras.layers.Dense(target_vocabulary, use_bias=False)(hidden)
    model = keras.Model(inputs=[source, target], outputs=logits)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
