class PickLast(keras.layers.Layer):
    def call(self, outputs, ids):
        lengths = tf.reduce_sum(tf.cast(ids > 0, tf.int32), axis=1)
        return tf.gather(outputs, lengths - 1, axis=0, batch_dims=1)


def build_classifier(vocabulary_size, embedding_dim, units, n_classes):
    ids = keras.Input([None], dtype="int32")
    vectors = keras.layers.Embedding(vocabulary_size, embedding_dim)(ids)
    outputs = keras.layers.LSTM(units, return_sequences=True)(vectors)
    return keras.Model(ids, keras.layers.Dense(n_classes)(PickLast()(outputs, ids)))
