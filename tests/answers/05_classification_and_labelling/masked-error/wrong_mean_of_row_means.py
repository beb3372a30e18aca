def masked_error(logits, labels, sequence_length):
    wrong = np.argmax(logits, -1) != labels
    return np.mean([row[:n].mean() for row, n in zip(wrong, sequence_length)])
