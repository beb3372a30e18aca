def negative_sampling_loss(center, context, negatives, output_vectors):
    loss, dc, do = 0.0, np.zeros(len(center)), np.zeros(output_vectors.shape)
    s = output_vectors[context] @ center
    loss += np.logaddexp(0, -s)
    e = 1 / (1 + np.exp(-s)) - 1
    dc += e * output_vectors[context]; do[context] += e * center
    for n in negatives:
        s = output_vectors[n] @ center
        loss += np.logaddexp(0, s)
        e = 1 - 1 / (1 + np.exp(-s))
        dc += e * output_vectors[n]; do[n] += e * center
    return loss, {"center": dc, "output_vectors": do}
