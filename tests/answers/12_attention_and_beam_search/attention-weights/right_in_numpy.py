import numpy as np


def attention_weights(scores, source_length):
    scores = np.asarray(scores)
    real = np.arange(scores.shape[1]) < np.asarray(source_length)[:, None]
    s = np.where(real, scores, -np.inf)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
