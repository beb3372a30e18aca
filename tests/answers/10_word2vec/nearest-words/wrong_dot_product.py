import numpy as np


def nearest(embeddings, word_id, k):
    scores = embeddings @ embeddings[word_id]
    scores[word_id] = -np.inf
    return np.argsort(-scores)[:k]
