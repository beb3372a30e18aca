def pad_batch(sequences):
    lengths = [len(sequence) for sequence in sequences]
    return [[0] * (max(lengths) - len(s)) + list(s) for s in sequences], lengths
