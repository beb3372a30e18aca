def pad_batch(sequences):
    longest = max(len(sequence) for sequence in sequences)
    inputs = np.zeros([len(sequences), longest])
    for row, sequence in zip(inputs, sequences):
        row[0] = sequence[0]
        row[1 : len(sequence)] = sequence[1:]
    return inputs, [len(sequence) for sequence in sequences]
