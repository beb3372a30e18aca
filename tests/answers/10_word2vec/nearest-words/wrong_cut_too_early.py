import numpy as np


def nearest(embeddings, word_id, k):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    cosines = unit @ unit[word_id]
    cosines[word_id] = -np.inf
    return np.argsort(-cosines)[: k - 1]
