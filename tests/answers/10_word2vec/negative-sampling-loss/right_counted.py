import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def negative_sampling_loss(center, context, negatives, output_vectors):
    counts = np.bincount(negatives, minlength=len(output_vectors))
    scores = output_vectors @ center
    p = sigmoid(scores)
    errors = counts * p
    errors[context] += p[context] - 1
    loss = np.logaddexp(0, -scores[context]) + counts @ np.logaddexp(0, scores)
    return loss, {"center": errors @ output_vectors, "output_vectors": np.outer(errors, center)}
