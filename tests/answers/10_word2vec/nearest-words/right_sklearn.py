import numpy as np
from sklearn.metrics.pairwise import cosine_similarity


def nearest(embeddings, word_id, k):
    cosines = cosine_similarity(embeddings[word_id : word_id + 1], embeddings)[0]
    order = np.argsort(cosines)[::-1]
    return order[order != word_id][:k]
