import numpy as np


def analogy(embeddings, a, b, c, k):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    scores = -np.linalg.norm(embeddings - (embeddings[b] - embeddings[a] + embeddings[c]), axis=1)
    scores[[a, b, c]] = -np.inf
    return np.argsort(-scores)[:k]
