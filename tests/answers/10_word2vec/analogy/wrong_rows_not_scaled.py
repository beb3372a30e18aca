import numpy as np


def analogy(embeddings, a, b, c, k):
    target = embeddings[b] - embeddings[a] + embeddings[c]
    scores = embeddings @ target / np.linalg.norm(embeddings, axis=1)
    scores[[a, b, c]] = -np.inf
    return np.argsort(-scores)[:k]
