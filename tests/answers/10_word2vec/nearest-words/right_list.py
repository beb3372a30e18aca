import numpy as np


def nearest(embeddings, word_id, k):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    cosines = unit @ unit[word_id]
    order = [i for i in np.argsort(-cosines) if i != word_id]
    return order[:k]
