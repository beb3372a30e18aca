def build_classifier(vocabulary_size, embedding_dim, units, n_classes):
    model = keras.Sequential()
    model.add(keras.layers.Embedding(vocabulary_size, embedding_dim, mask_zero=True))
    model.add(keras.layers.LSTM(units))
    model.add(keras.layers.Dense(n_classes))
    return model
