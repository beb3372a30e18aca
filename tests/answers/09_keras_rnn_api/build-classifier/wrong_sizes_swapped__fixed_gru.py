def build_classifier(vocabulary_size, embedding_dim, units, n_classes):
    ids = keras.Input([None], dtype="int32")
    vectors = keras.layers.Embedding(vocabulary_size, embedding_dim, mask_zero=True)(ids)
    return keras.Model(ids, keras.layers.Dense(n_classes)(keras.layers.GRU(16)(vectors)))
