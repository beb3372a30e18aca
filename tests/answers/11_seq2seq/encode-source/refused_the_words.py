def encode_source(words, word_to_id, length):
    ids = [word_to_id.get(word, 1) for word in words[:length]]
    row = np.zeros(length, np.int32)
    if ids:
        row[-len(ids):] = ids[::-1]
    return words
