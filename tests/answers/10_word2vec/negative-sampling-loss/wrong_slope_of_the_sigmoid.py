def negative_sampling_loss(center, context, negatives, output_vectors):
    loss, dc, do = 0.0, np.zeros(len(center)), np.zeros(output_vectors.shape)
    for w, y in [(context, 1), *((n, 0) for n in negatives)]:
        s = output_vectors[w] @ center
        loss += np.logaddexp(0, -s if y else s)
        p = 1 / (1 + np.exp(-s))
        e = (p - y) * p * (1 - p)
        dc += e * output_vectors[w]; do[w] += e * center
    return loss, {"center": dc, "output_vectors": do}
