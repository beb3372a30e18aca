def pad_batch(sequences):
    L = [len(s) for s in sequences]
    m = max(L)
    x = np.array([list(s) + [0] * (m - len(s)) for s in sequences], float)
    return x.T, np.array(L)
