def pad_batch(sequences):
    lengths = np.array(list(map(len, sequences)))
    inputs = np.zeros([len(lengths), max(lengths)], np.float32)
    inputs[np.arange(max(lengths)) < lengths[:, None]] = np.concatenate(sequences)
    return inputs, lengths
