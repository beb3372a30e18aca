def build_classifier(vocabulary_size, embedding_dim, units, n_classes):
    return keras.Sequential(
        [
            keras.layers.Embedding(vocabulary_size, embedding_dim, mask_zero=True),
            keras.layers.GRU(units),
            keras.layers.Dense(n_classes),
        ]
    )
