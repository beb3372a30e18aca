def encode_source(words, word_to_id, length):
    ids = [word_to_id.get(w.lower(), 1) for w in words[:length]][::-1]
    return [0] * (length - len(ids)) + ids
