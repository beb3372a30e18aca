def build_classifier(vocabulary_size, embedding_dim, units, n_classes):
    ids = keras.Input([None], dtype="int32")
    lengths = keras.layers.Lambda(lambda i: tf.reduce_sum(tf.cast(i > 0, tf.int32), axis=1))(ids)
    vectors = keras.layers.Embedding(vocabulary_size, embedding_dim)(ids)
    outputs = keras.layers.LSTM(units, return_sequences=True)(vectors)
    pick = keras.layers.Lambda(lambda p: tf.gather(p[0], p[1] - 1, axis=1, batch_dims=1))
    return keras.Model(ids, keras.layers.Dense(n_classes)(pick([outputs, lengths])))
