import numpy as np


def attention_weights(scores, source_length):
    scores = np.asarray(scores)
    e = np.exp(scores) * (np.arange(scores.shape[1]) < np.asarray(source_length)[:, None])
    return e / e.sum(axis=1, keepdims=True)
