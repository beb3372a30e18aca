def pad_batch(sequences):
    L = [len(s) for s in sequences]
    x = np.zeros((len(L), 3))
    for i, s in enumerate(sequences):
        x[i, : len(s)] = s
    return x, np.array(L)
