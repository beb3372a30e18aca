def masked_error(logits, labels, sequence_length):
    real = np.arange(labels.shape[1]) < np.asarray(sequence_length)[:, None]
    return np.mean((np.argmax(logits, -1) != labels)[real])
