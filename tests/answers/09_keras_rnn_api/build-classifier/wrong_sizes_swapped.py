def build_classifier(vocabulary_size, embedding_dim, units, n_classes):
    return keras.Sequential(
        [
            keras.layers.Embedding(vocabulary_size, units, mask_zero=True),
            keras.layers.LSTM(embedding_dim),
            keras.layers.Dense(n_classes),
        ]
    )
