class Translator(keras.Model):
    def __init__(self, source_vocabulary, target_vocabulary, embedding_dim, units):
        super().__init__()
        self.out = keras.layers.Dense(target_vocabulary)
        self.decoder = keras.layers.LSTM(units, return_sequences=True, return_state=True)
        self.encoder = keras.layers.LSTM(units, return_state=True)
        self.words = keras.layers.Embedding(source_vocabulary, embedding_dim, mask_zero=True)
        self.mots = keras.layers.Embedding(target_vocabulary, embedding_dim, mask_zero=True)

    def call(self, inputs):
        source, target = inputs
        _, *state = self.encoder(self.words(source))
        outputs, *_ = self.decoder(self.mots(target), initial_state=state)
        return self.out(outputs)


def build_encoder_decoder(source_vocabulary, target_vocabulary, embedding_dim, units):
    return Translator(source_vocabulary, target_vocabulary, embedding_dim, units)
