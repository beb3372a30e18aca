def masked_cross_entropy(logits, labels, sequence_length):
    e = np.exp(logits)
    p = e / e.sum(axis=-1, keepdims=True)
    own = np.take_along_axis(p, labels[..., None], axis=-1)[..., 0]
    real = np.arange(labels.shape[1]) < sequence_length[:, None]
    return -np.log(own[real]).mean()
