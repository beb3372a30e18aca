def pad_batch(sequences):
    return np.array(list(zip(*sequences))).T, [len(sequence) for sequence in sequences]
