def encode_source(words, word_to_id, length):
    ids = [word_to_id.get(word, 0) for word in words[:length]]
    return [0] * (length - len(ids)) + ids[::-1]
