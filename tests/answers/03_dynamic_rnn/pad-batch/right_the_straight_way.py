def pad_batch(sequences):
    lengths = [len(sequence) for sequence in sequences]
    inputs = np.zeros((len(sequences), max(lengths)), dtype=np.float32)
    for i, sequence in enumerate(sequences):
        inputs[i, : len(sequence)] = sequence
    return inputs, np.array(lengths)
