import numpy as np


def encode_source(words, word_to_id, length):
    ids = [word_to_id.get(word, 1) for word in words[:length]][::-1]
    return np.array([1] * (length - len(ids)) + ids)
