def pad_batch(sequences):
    lengths = np.array([len(sequence) for sequence in sequences])
    inputs = np.zeros([len(sequences), max(lengths)], int)
    for row, sequence in zip(inputs, sequences):
        row[: len(sequence)] = sequence
    return inputs, lengths
