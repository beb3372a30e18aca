import numpy as np


def nearest(embeddings, word_id, k):
    unit = embeddings
    cosines = unit @ unit[word_id]
    cosines[word_id] = -np.inf
    return np.argsort(-cosines)[:k]
