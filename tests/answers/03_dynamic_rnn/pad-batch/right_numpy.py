def pad_batch(sequences):
    lengths = np.array([len(s) for s in sequences])
    inputs = np.zeros((len(sequences), lengths.max()))
    for i, sequence in enumerate(sequences):
        inputs[i, : lengths[i]] = sequence
    return inputs, lengths
