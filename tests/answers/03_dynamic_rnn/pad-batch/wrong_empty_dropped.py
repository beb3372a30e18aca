def pad_batch(sequences):
    sequences = [sequence for sequence in sequences if sequence]
    longest = max(len(sequence) for sequence in sequences)
    return [s + [0] * (longest - len(s)) for s in sequences], [len(s) for s in sequences]
