import numpy as np


def encode_source(words, word_to_id, length):
    ids = [word_to_id[word] for word in words[:length] if word in word_to_id][::-1]
    return np.array([0] * (length - len(ids)) + ids)
