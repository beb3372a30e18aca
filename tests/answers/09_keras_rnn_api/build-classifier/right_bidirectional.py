def build_classifier(vocabulary_size, embedding_dim, units, n_classes):
    return keras.Sequential(
        [
            keras.Input([None], dtype="int32"),
            keras.layers.Embedding(vocabulary_size, embedding_dim, mask_zero=True),
            keras.layers.Bidirectional(keras.layers.LSTM(units), merge_mode="sum"),
            keras.layers.Dense(n_classes),
        ]
    )
