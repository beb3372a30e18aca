import numpy as np


def analogy(embeddings, a, b, c, k):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    scores = unit @ (unit[b] + unit[c])
    scores[[a, b, c]] = -np.inf
    return np.argsort(-scores)[:k]
