import numpy as np


def nearest(embeddings, word_id, k):
    scores = []
    for i in range(len(embeddings)):
        if i != word_id:
            a, b = embeddings[i], embeddings[word_id]
            scores.append((np.dot(a, b) / np.sqrt(np.dot(a, a) * np.dot(b, b)), i))
    return [i for _, i in sorted(scores, reverse=True)[:k]]
