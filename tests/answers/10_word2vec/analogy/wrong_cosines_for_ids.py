import numpy as np


def analogy(embeddings, a, b, c, k):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    target = unit[b] - unit[a] + unit[c]
    scores = unit @ target / np.linalg.norm(target)
    scores[[a, b, c]] = -np.inf
    return np.sort(scores)[::-1][:k]
