def masked_error(logits, labels, sequence_length):
    return np.mean(np.argmax(logits, -1) != labels)
