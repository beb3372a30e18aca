import numpy as np


def nearest(embeddings, word_id, k):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    cosines = unit @ unit[word_id]
    return np.argsort(-cosines)[1 : k + 1]
