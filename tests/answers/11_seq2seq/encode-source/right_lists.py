def encode_source(words, word_to_id, length):
    ids = [word_to_id[word] if word in word_to_id else 1 for word in words][:length]
    return [0] * (length - len(ids)) + list(reversed(ids))
