def build_classifier(vocabulary_size, embedding_dim, units, n_classes):
    ids = keras.Input(shape=(None,), dtype="int32")
    vectors = keras.layers.Embedding(vocabulary_size, embedding_dim, mask_zero=True)(ids)
    state = keras.layers.GRU(units)(vectors)
    state = keras.layers.Dropout(0.2)(state)
    model = keras.Model(ids, keras.layers.Dense(n_classes, activation="linear")(state))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return model
