import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def negative_sampling_loss(center, context, negatives, output_vectors):
    ids = np.concatenate([[context], negatives]).astype(int)
    signs = np.where(np.arange(len(ids)) == 0, 1.0, -1.0)
    rows = output_vectors[ids]
    scores = signs * (rows @ center)
    loss = -np.sum(np.logaddexp(0, -scores))
    errors = -signs * sigmoid(-scores)
    table = np.zeros_like(output_vectors)
    np.add.at(table, ids, errors[:, None] * center)
    return loss, {"center": errors @ rows, "output_vectors": table}
