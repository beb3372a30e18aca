def encode_source(words, word_to_id, length):
    ids = [word_to_id[word] for word in words if word in word_to_id][:length]
    return [0] * (length - len(ids)) + ids[::-1]
