import numpy as np


def nearest(embeddings, word_id, k):
    scores = np.linalg.norm(embeddings - embeddings[word_id], axis=1)
    scores[word_id] = np.inf
    return np.argsort(scores)[:k]
