def pad_batch(sequences):
    longest = max(len(sequence) for sequence in sequences)
    inputs = np.array([list(s) + [0] * (longest - len(s)) for s in sequences])
    return inputs, np.sum(inputs != 0, axis=1)
