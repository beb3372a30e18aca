import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def negative_sampling_loss(center, context, negatives, output_vectors):
    grads = {"center": np.zeros_like(center), "output_vectors": np.zeros_like(output_vectors)}
    loss = 0.0
    for word, label in [(context, 1)] + [(negative, 0) for negative in negatives]:
        score = output_vectors[word] @ center
        p = sigmoid(score)
        loss += np.logaddexp(0, -score if label else score)
        grads["center"] += (p - label) * output_vectors[word]
        grads["output_vectors"][word] += (p - label) * center
    return loss, grads
