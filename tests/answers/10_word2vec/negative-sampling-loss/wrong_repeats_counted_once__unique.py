import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def negative_sampling_loss(center, context, negatives, output_vectors):
    ids = np.concatenate([[context], np.unique(negatives)]).astype(int)
    labels = np.zeros(len(ids))
    labels[0] = 1
    rows = output_vectors[ids]
    scores = rows @ center
    p = sigmoid(scores)
    loss = np.logaddexp(0, -scores[0]) + np.logaddexp(0, scores[1:]).sum()
    errors = p - labels
    grads = {"center": errors @ rows, "output_vectors": np.zeros(output_vectors.shape)}
    for word, error in zip(ids, errors):
        grads["output_vectors"][word] += error * center
    return loss, grads
