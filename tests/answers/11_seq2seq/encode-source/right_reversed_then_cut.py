def encode_source(words, word_to_id, length):
    ids = [word_to_id.get(word, 1) for word in words][::-1][-length:]
    return [0] * (length - len(ids)) + ids
