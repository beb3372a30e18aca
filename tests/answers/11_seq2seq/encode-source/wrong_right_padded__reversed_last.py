def encode_source(words, word_to_id, length):
    ids = [word_to_id.get(word, 1) for word in words[:length]]
    ids = [0] * (length - len(ids)) + ids
    return np.array(ids[::-1], np.int32)
