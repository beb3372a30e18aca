def pad_batch(sequences):
    L = [len(s) for s in sequences]
    m = max(L)
    for s in sequences:
        s.extend([0] * (m - len(s)))
    return np.array(sequences, float), np.array(L)
