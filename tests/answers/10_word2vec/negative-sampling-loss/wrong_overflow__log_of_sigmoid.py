import numpy as np


def negative_sampling_loss(center, context, negatives, output_vectors):
    center, output_vectors = np.asarray(center, float), np.asarray(output_vectors, float)
    ids = np.array([context, *negatives])
    wanted = np.array([1.0] + [0.0] * len(negatives))
    scores = output_vectors[ids] @ center
    signs = 2 * wanted - 1
    loss = -np.log(1 / (1 + np.exp(-signs * scores))).sum()
    errors = 1 / (1 + np.exp(-scores)) - wanted
    d_out = np.zeros_like(output_vectors)
    np.add.at(d_out, ids, errors[:, None] * center)
    return loss, {"center": errors @ output_vectors[ids], "output_vectors": d_out}
