def masked_error(logits, labels, sequence_length):
    wrong = np.argmax(logits, axis=-1) != labels
    real = np.arange(wrong.shape[1]) < np.asarray(sequence_length)[:, np.newaxis]
    return float((wrong & real).sum() / len(wrong))
