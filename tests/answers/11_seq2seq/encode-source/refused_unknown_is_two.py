import numpy as np


def encode_source(words, word_to_id, length):
    ids = [word_to_id.get(word, 2) for word in words[:length]][::-1]
    return np.array([0] * (length - len(ids)) + ids)
