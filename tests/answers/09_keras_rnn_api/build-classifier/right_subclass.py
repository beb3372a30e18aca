class Classifier(keras.Model):
    def __init__(self, vocabulary_size, embedding_dim, units, n_classes):
        super().__init__()
        self.embedding = keras.layers.Embedding(vocabulary_size, embedding_dim)
        self.rnn = keras.layers.SimpleRNN(units)
        self.dense = keras.layers.Dense(n_classes)

    def call(self, ids):
        mask = keras.ops.not_equal(ids, 0)
        return self.dense(self.rnn(self.embedding(ids), mask=mask))


def build_classifier(vocabulary_size, embedding_dim, units, n_classes):
    return Classifier(vocabulary_size, embedding_dim, units, n_classes)
