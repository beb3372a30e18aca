import numpy as np


def analogy(embeddings, a, b, c, k):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    target = unit[b] - unit[a] + unit[c]
    order = [i for i in np.argsort(np.linalg.norm(unit - target, axis=1)) if i not in (a, b, c)]
    return np.array(order[:k])
