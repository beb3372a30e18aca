def pad_batch(sequences):
    lengths = [len(sequence) for sequence in sequences]
    rows = [list(s) + [0] * (max(lengths) - len(s)) for s in sequences]
    return np.array(lengths), np.array(rows)
