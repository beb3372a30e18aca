def encode_source(words, word_to_id, length):
    words.reverse()
    ids = [word_to_id.get(word, 1) for word in words[-length:]]
    return [0] * (length - len(ids)) + ids
