def unpack_sequence(inputs):
    sequences = np.asarray(inputs).tolist()
    return [[sequence[t] for sequence in sequences] for t in range(len(sequences[0]))]
