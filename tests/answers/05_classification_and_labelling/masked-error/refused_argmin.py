def masked_error(logits, labels, sequence_length):
    wrong = np.argmin(logits, axis=-1) != np.asarray(labels)
    real = np.arange(wrong.shape[1]) < np.asarray(sequence_length)[:, None]
    return float(wrong[real].mean())
