def reverse_sequence(inputs, sequence_length):
    inputs, n = np.asarray(inputs), np.asarray(sequence_length)[:, None]
    t = np.arange(inputs.shape[1])[None]
    return inputs[np.arange(len(inputs))[:, None], np.where(t < n, n - 1 - t, t)]
