def pad_batch(sequences):
    lengths = [len(sequence) for sequence in sequences]
    return np.array([sequence[: min(lengths)] for sequence in sequences]), lengths
