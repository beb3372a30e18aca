import numpy as np


def negative_sampling_loss(center, context, negatives, output_vectors):
    scores = output_vectors @ center
    p = np.exp(scores) / np.sum(np.exp(scores))
    errors = p.copy()
    errors[context] -= 1
    grads = {"center": errors @ output_vectors, "output_vectors": np.outer(errors, center)}
    return -np.log(p[context]), grads
