def encode_source(words, word_to_id, length):
    words = (["PAD"] * length + words[:length][::-1])[-length:]
    return [word_to_id[word] for word in words]
