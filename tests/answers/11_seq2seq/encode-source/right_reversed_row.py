def encode_source(words, word_to_id, length):
    ids = [word_to_id.get(w, 1) for w in words[:length]]
    return (ids + [0] * (length - len(ids)))[::-1]
