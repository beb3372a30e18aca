def encode_source(words, word_to_id, length):
    ids = [word_to_id.get(word, 1) for word in reversed(words)]
    return tf.keras.utils.pad_sequences([ids], maxlen=length)[0]
