import numpy as np


def analogy(embeddings, a, b, c, k):
    scores = embeddings @ (embeddings[b] - embeddings[a] + embeddings[c])
    scores[[a, b, c]] = -np.inf
    return np.argsort(-scores)[:k]
