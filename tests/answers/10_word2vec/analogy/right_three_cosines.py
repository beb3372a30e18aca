import numpy as np


def analogy(embeddings, a, b, c, k):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)

    def score(word):
        return np.dot(unit[word], unit[b]) - np.dot(unit[word], unit[a]) + np.dot(unit[word], unit[c])


    words = [word for word in range(len(unit)) if word not in (a, b, c)]
    return sorted(words, key=score, reverse=True)[:k]
